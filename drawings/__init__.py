"""What the documents show and the program itself draws: the rooms, a tick's way, and pictures of the pages.

`python -m drawings` (`make drawings`) writes docs/architecture.svg, docs/tick.svg and the tables of rooms in
docs/architecture.md from the code; a test fails where they differ. `python -m drawings.pictures` (`make pictures`)
photographs a running station.
"""
