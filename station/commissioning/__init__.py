"""Making a plate ready for patients: self-test, calibrating, doctor."""
