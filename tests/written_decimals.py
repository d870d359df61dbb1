"""Numbers and their texts, which Python's function and the browser's are both held to."""

# (number, digits) → text
DECIMALS: dict[tuple[float, int], str] = {
    (3.14159, 2): "3.14",
    (-2.0, 1): "−2.0",
    (-0.04, 1): "0.0",
    (-0.0, 1): "0.0",
    (-0.0004, 3): "0.000",
    (-0.06, 1): "−0.1",
    (0.04, 1): "0.0",
    (-12345.678, 2): "−12345.68",
}
