"""What is stored about this plate: calibrations and speed maps."""
