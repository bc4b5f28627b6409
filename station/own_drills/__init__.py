"""A therapist's own drills: their versions in the data folder, and which of them may meet a patient."""
