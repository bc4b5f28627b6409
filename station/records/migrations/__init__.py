"""What leads from each version of the records' tables to the next; run by `station.records.migrate` alone."""
