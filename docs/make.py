"""Makes the generated parts of the docs again: `make docs`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pictures

pictures.main()
