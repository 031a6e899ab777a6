"""How many threads one product of matrices may take."""

import os


def one_thread_a_product() -> None:
    """Keep NumPy's products to the thread that asks for them. Call it before NumPy is first imported.

    Products here are small and asked for by threads that fill the cores already: OpenBLAS's own threads
    waited for work spinning, and took a quarter of both cores while suggestions were computed.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
