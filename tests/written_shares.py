"""Shares and their texts, which Python's function and the browser's are both held to."""

# (share, digits or None) → text
SHARES: dict[tuple[float, int | None], str] = {
    (1.0, None): "100 %",
    (0.934, None): "93 %",
    (0.986, None): "99 %",
    (0.9949, None): "99.5 %",
    (0.996, None): "99.6 %",
    (0.9996, None): "> 99.9 %",
    (0.0996, None): "10 %",
    (0.0123, None): "1.2 %",
    (0.001, None): "0.1 %",
    (0.0004, None): "< 0.1 %",
    (0.0, None): "0 %",
    (0.93, 1): "93.0 %",
    (0.9996, 1): "> 99.9 %",
    (0.0004, 1): "< 0.1 %",
    (0.0, 1): "0.0 %",
    (1.0, 1): "100.0 %",
    (0.996, 0): "> 99 %",
    (0.004, 0): "< 1 %",
}
