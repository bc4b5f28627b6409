"""What leaves the station for other programs: tables with their schema, FHIR, a viewer of a recording, GDT."""
