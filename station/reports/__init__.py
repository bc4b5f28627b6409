"""Reports on paper of a patient's records: assessment, progress, visit, and what a patient takes home."""
