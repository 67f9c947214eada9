"""Let ``python -m contin`` be the command line."""

import sys

from contin.cli import main

sys.exit(main())
