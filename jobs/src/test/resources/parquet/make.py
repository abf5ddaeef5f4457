"""Makes the Parquet files beside it, which Spark cannot write: python3 make.py (pyarrow 26, numpy)."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

Q = pa.array(["one?", "two?", "三？"])
A = pa.array(["1", "2", "3"])


def write(name, columns, **settings):
    pq.write_table(pa.table(columns), name + ".parquet", **settings)


write("nanoseconds", {"q": Q, "a": A, "t": pa.array([1, 2, 3], pa.timestamp("ns"))})
write("half-floats", {"q": Q, "a": A, "h": pa.array(np.float16([1, 2, 3]))})
write("nothing", {"q": Q, "a": A, "n": pa.nulls(3)})
write("case", {"Q": pa.array([7, 8, 9]), "q": Q, "a": A, "A": pa.array([0.5, 1, 2])})
write("brotli", {"q": Q, "a": A}, compression="brotli")
write("other-column-brotli", {"q": Q, "a": A, "z": Q}, compression={"q": "zstd", "a": "gzip", "z": "brotli"})
write("lz4", {"q": Q, "a": A}, compression="lz4")
write("numbers", {"q": Q, "a": pa.array([1, 2, 3])})
write("lists", {"q": Q, "a": pa.array([["1"], ["2"], []])})
write("only-questions", {"q": Q})
write("dictionary", {"q": Q.dictionary_encode(), "a": A.cast(pa.large_string())})
write("no-rows", {"q": pa.nulls(0), "a": pa.nulls(0)})
write("nulls", {"q": pa.array(["one?", None, "三？"]), "a": pa.array(["1", "2", None])})
# "ab", two bytes that are none in UTF-8, "c"; the type says that it is UTF-8.
bytes_ = pa.array([b"ab\xff\xfec", b"d"])
write("not-utf8", {"q": pa.Array.from_buffers(pa.string(), 2, bytes_.buffers()), "a": pa.array(["1", "2"])})
pq.write_table(pa.Table.from_arrays([Q, Q, A], names=["q", "q", "a"]), "same-names.parquet")
