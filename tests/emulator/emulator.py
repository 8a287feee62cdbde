"""The test bench's emulator with more gaps of moto 5.2 closed, those that these
projects meet: what moto takes and does not give back looks like a difference in
every preview, and the provider waits minutes for it to appear.

Usage: emulator.py BENCH PORTFILE

BENCH is the folder of the test bench; its own emulator.py does the serving. The
gaps are in the folder gaps, a file for each group of services.
"""

import importlib
import importlib.util
import pathlib
import sys

spec = importlib.util.spec_from_file_location("bench_emulator", sys.argv[1] + "/emulator.py")
bench = importlib.util.module_from_spec(spec)
spec.loader.exec_module(bench)
sys.modules["bench_emulator"] = bench  # the gaps import its decorator from there
sys.dont_write_bytecode = True
for file in sorted((pathlib.Path(__file__).parent / "gaps").glob("*.py")):
    importlib.import_module("gaps." + file.stem)

if __name__ == "__main__":
    sys.argv = [sys.argv[0], sys.argv[2]]
    bench.main()
