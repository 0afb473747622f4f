"""Compares the figures that the lectures recorded with the bars they must reach."""
import json
import sys

BARS = {  # (notebook, figure): (at least, at most); None means no bound
    ("00-before-you-start", "tensors-left-with-scope"): (0, 0),
    ("00-before-you-start", "tensors-left-without-scope"): (10, 10),
    ("00-before-you-start", "zeroed-distance"): (None, 0.01),
    ("00-before-you-start", "forgotten-distance"): (2.5, None),
    ("00-before-you-start", "by-hand-accuracy"): (0.95, None),
    ("00-before-you-start", "judge-agrees"): (1, None),
    ("00-before-you-start", "zeroed-accuracy"): (0.83, None),
    ("00-before-you-start", "forgotten-accuracy"): (None, 0.6),
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
    ("05-can-the-generator-learn-by-itself", "ae-midpoint-distance"): (2.7, None),
    ("05-can-the-generator-learn-by-itself", "ae-looks-real"): (None, 0.20),
    ("05-can-the-generator-learn-by-itself", "vae-midpoint-distance"): (None, 1.3),
    ("05-can-the-generator-learn-by-itself", "vae-looks-real"): (0.85, None),
    ("05-can-the-generator-learn-by-itself", "vae-largest-jump"): (None, 5),
    ("06-can-the-discriminator-generate", "fresh-frechet-over-floor"): (None, 2.8),
    ("06-can-the-discriminator-generate", "fresh-least-class"): (0.055, None),
    ("07-three-ways-side-by-side", "GAN-frechet-over-floor"): (None, 2.0),
    ("07-three-ways-side-by-side", "GAN-least-class"): (0.05, None),
    ("07-three-ways-side-by-side", "VAE-least-class"): (0.03, None),
    ("07-three-ways-side-by-side", "auto-encoder-frechet-over-floor"): (None, 10),
    ("07-three-ways-side-by-side", "VAE-frechet-over-floor"): (None, 18),
    ("07-three-ways-side-by-side", "discriminator-frechet-over-floor"): (None, 2.8),
    ("07-three-ways-side-by-side", "discriminator-least-class"): (0.05, None),
    ("08-when-it-goes-wrong", "judge-error"): (None, 0.01),
    ("08-when-it-goes-wrong", "judge-points-at-worst"): (None, 5),
    ("08-when-it-goes-wrong", "divergence-gap"): (None, 0.03),
    ("08-when-it-goes-wrong", "slopes-off-formula"): (None, 1e-6),
    ("08-when-it-goes-wrong", "collapse-alive"): (None, 3),
    ("08-when-it-goes-wrong", "collapse-alive-penalty"): (None, 3),
    ("08-when-it-goes-wrong", "cured-alive"): (6, None),
    ("08-when-it-goes-wrong", "cured-alive-penalty"): (5.5, None),
    ("08-when-it-goes-wrong", "push-saturating"): (None, 0.001),
    ("08-when-it-goes-wrong", "push-non-saturating"): (1, None),
    ("08-when-it-goes-wrong", "push-saturating-penalty"): (0.05, None),
    ("08-when-it-goes-wrong", "closest-saturating"): (2, None),
    ("08-when-it-goes-wrong", "closest-non-saturating"): (None, 2.2),
    ("08-when-it-goes-wrong", "closest-saturating-penalty"): (None, 0.5),
    ("08-when-it-goes-wrong", "orbit-at-once"): (2, None),
    ("08-when-it-goes-wrong", "orbit-in-turn"): (0.9, 1.1),
    ("08-when-it-goes-wrong", "orbit-penalty"): (None, 0.01),
    ("08-when-it-goes-wrong", "orbit-average"): (None, 0.1),
    ("08-when-it-goes-wrong", "unfrozen-loss"): (None, 0.3),
    ("08-when-it-goes-wrong", "unfrozen-alive"): (None, 1),
    ("08-when-it-goes-wrong", "unfrozen-distance"): (5, None),
    ("08-when-it-goes-wrong", "frozen-loss"): (0.5, None),
    ("08-when-it-goes-wrong", "frozen-alive"): (6, None),
    ("08-when-it-goes-wrong", "copies-ratio-20"): (None, 0.65),
    ("08-when-it-goes-wrong", "copies-ratio-20-early"): (0.8, None),
    ("08-when-it-goes-wrong", "copies-ratio-2000"): (0.9, 1.1),
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
