"""Load cells on ADS1115 converters: four chips, or fewer in the lesser layouts."""
