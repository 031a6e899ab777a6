"""What `mtss experiment` can be asked for, in a few words each; nothing here needs torch."""

from __future__ import annotations

PAPER = {
    "table1": "top-k recall by attribute type: teachers with several γ, their student, baselines",
    "table2": "F1 and recall at k over all types, label embedding against cross-entropy",
    "table3": "label embedding against cross-entropy, F1@1 by type",
    "table4": "teacher against student, F1@1 by type",
    "table5": "students of one teacher each against a student of all, R@3",
    "table6": "what a domain's teachers and student are worth in another, on five classes of both",
    "table7": "a student on corrupted images, with corrupted copies to learn from or without",
    "figure6a": "what γ does to teachers' R@3",
    "figure6b": "what D, the embeddings' dimension, does to teachers' R@3",
    "figure6c": "what the number of training images does to R@3 of teachers and students",
    "figure7": "t-SNE of a teacher's embeddings, and where the student's fall in it",
    "figure8": "what the student changes for each class of one type, R@3",
}
BEYOND = {  # what the paper has not, on the same catalogues: no part of "all"
    "differences": "what each difference between the presets is worth",
    "centring": "what mtss adapt is worth in another domain, and when not",
    "new-class": "how well a class shown by a few images is told apart",
}
DRAWN = {  # each on a catalogue that it draws for itself
    "input-geometry": "padding against stretching",
    "projections": "principal components against random directions against none",
    "resolution": "how much a larger input would tell, type by type",
}
FEW_LABELS = "300 labelled images against 1,600, beside a linear probe"
IMAGES = 1200  # of a development catalogue; of all emoji about as many are drawn
IMAGES_DRAWN = 1500
