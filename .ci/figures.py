"""Compares the figures that the lectures recorded with the bars they must reach."""
import json
import sys

BARS = {  # (notebook, figure): (at least, at most); None means no bound
    ("02-adversarial-training", "plane-modes"): (8, None),
    ("02-adversarial-training", "classifier-accuracy"): (0.95, None),
    ("02-adversarial-training", "mnist-confident"): (0.72, None),
    ("02-adversarial-training", "mnist-frechet-over-floor"): (None, 2.0),
    ("02-adversarial-training", "mnist-least-class"): (0.07, None),
    ("02-adversarial-training", "mnist-copies"): (None, 0.04),
    ("02-adversarial-training", "avatars-eyes-agree"): (0.98, None),
    ("02-adversarial-training", "avatars-valid-faces"): (0.87, None),
    ("03-sentence-generation", "words-accepted"): (0.85, None),
    ("03-sentence-generation", "words-distinct"): (480, None),
    ("03-sentence-generation", "characters-accepted"): (0.80, None),
    ("03-sentence-generation", "characters-distinct"): (440, None),
    ("03-sentence-generation", "words-unseen"): (0.40, None),
    ("03-sentence-generation", "characters-unseen"): (0.18, None),
    ("04-gan-as-structured-learning", "eyes-agree-local"): (0.20, 0.30),
    ("04-gan-as-structured-learning", "eyes-agree-wide"): (0.99, None),
    ("04-gan-as-structured-learning", "eyes-agree-gan"): (0.97, None),
    ("05-can-the-generator-learn-by-itself", "vae-passes"): (0.90, None),
    ("05-can-the-generator-learn-by-itself", "vae-passes-sheared"): (0.90, None),
    ("05-can-the-generator-learn-by-itself", "ae-passes"): (None, 0.10),
    ("05-can-the-generator-learn-by-itself", "ae-passes-sheared"): (None, 0.10),
    ("05-can-the-generator-learn-by-itself", "pixel-mean-passes"): (None, 0.05),
    ("05-can-the-generator-learn-by-itself", "pixel-mean-passes-sheared"): (None, 0.05),
    ("05-can-the-generator-learn-by-itself", "plain-vae-passes"): (None, 0.50),
    ("05-can-the-generator-learn-by-itself", "plain-vae-reach"): (4, None),
    ("05-can-the-generator-learn-by-itself", "vae-reach"): (None, 2),
    ("05-can-the-generator-learn-by-itself", "formula-largest-difference"): (None, 0.02),
    ("05-can-the-generator-learn-by-itself", "strokes-ae-off"): (0.45, None),
    ("05-can-the-generator-learn-by-itself", "strokes-vae-off"): (None, 0.35),
    ("05-can-the-generator-learn-by-itself", "strokes-vae-largest-jump"): (None, 5),
    ("06-can-the-discriminator-generate", "fresh-frechet-over-floor"): (None, 2.8),
    ("06-can-the-discriminator-generate", "fresh-least-class"): (0.055, None),
    ("07-three-ways-side-by-side", "GAN-frechet-over-floor"): (None, 2.0),
    ("07-three-ways-side-by-side", "GAN-least-class"): (0.05, None),
    ("07-three-ways-side-by-side", "VAE-least-class"): (0.03, None),
    ("07-three-ways-side-by-side", "auto-encoder-frechet-over-floor"): (None, 10),
    ("07-three-ways-side-by-side", "VAE-frechet-over-floor"): (None, 18),
    ("07-three-ways-side-by-side", "discriminator-frechet-over-floor"): (None, 2.8),
    ("07-three-ways-side-by-side", "discriminator-least-class"): (0.05, None),
}

metrics = {book["name"]: book["metrics"] for book in json.load(open(sys.argv[1]))["notebooks"]}
missed = 0
for (book, figure), (least, most) in BARS.items():
    value = metrics.get(book, {}).get(figure)
    held = value is not None and (least is None or value >= least) and (most is None or value <= most)
    missed += not held
    bar = " and ".join([f">= {least}"] * (least is not None) + [f"<= {most}"] * (most is not None))
    print(f"{'ok  ' if held else 'MISS'} {book} {figure}: {value} ({bar})")
sys.exit(missed > 0)
