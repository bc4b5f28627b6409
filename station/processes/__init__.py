"""The processes of the station: control, recorder, supervisor, and one drill without the others."""
