## What the script needs besides Keras and NumPy; ruff would put blank lines between.
# % if config.task == "pairs" and config.split == "hash"
import hashlib
# % endif
import json
# % if config.schedule == "cosine" or config.typed_views
import math
# % endif
# % if config.typed_views or config.task == "pairs" and config.split == "source"
import random
# % endif
# % if words or config.clean or config.task == "pairs" and config.split == "hash"
import re
# % endif
# % if config.task == "pairs" or words
import unicodedata
# % endif
# % if words or config.clean
from collections import Counter
# % endif
from pathlib import Path

import keras
import numpy as np
