"""Compares the figures that the lectures recorded with the bars they must reach."""
import json
import sys

BARS = {  # notebook, figure: at least (None: no bound), at most
    ("02-adversarial-training", "classifier-accuracy"): (0.97, None),
    ("02-adversarial-training", "digits-confident"): (0.87, None),
    ("02-adversarial-training", "digits-frechet-over-floor"): (None, 1.9),
    ("02-adversarial-training", "digits-least-class"): (0.07, None),
    ("02-adversarial-training", "digits-copies"): (None, 0.09),
    ("02-adversarial-training", "avatars-eyes-agree"): (0.95, None),
}

metrics = {book["name"]: book["metrics"] for book in json.load(open(sys.argv[1]))["notebooks"]}
missed = 0
for (book, figure), (least, most) in BARS.items():
    value = metrics.get(book, {}).get(figure)
    held = value is not None and (least is None or value >= least) and (most is None or value <= most)
    missed += not held
    bar = f">= {least}" if most is None else f"<= {most}"
    print(f"{'ok  ' if held else 'MISS'} {book} {figure}: {value} ({bar})")
sys.exit(missed > 0)
