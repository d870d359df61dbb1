"""The LSTM with bfloat16 products against PyTorch's own in float32, where PyTorch is installed."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from seq2seq_core.training import torch_lstm  # noqa: E402


def test_outputs_and_gradients_are_pytorchs() -> None:
    torch.manual_seed(0)
    batch, steps, inputs, units = 5, 7, 6, 8
    theirs = torch.nn.LSTM(inputs, units, batch_first=True)
    kernel = theirs.weight_ih_l0.detach().t().contiguous().requires_grad_()
    recurrent = theirs.weight_hh_l0.detach().t().contiguous().requires_grad_()
    bias = (theirs.bias_ih_l0 + theirs.bias_hh_l0).detach().requires_grad_()
    weights = torch.randn(batch, steps, units)

    def run(lstm) -> list:  # type: ignore[no-untyped-def,type-arg]
        torch.manual_seed(1)
        x, h, c = (torch.randn(*shape).requires_grad_() for shape in ((batch, steps, inputs), *[(batch, units)] * 2))
        outputs, last_h, last_c = lstm(x, h, c)
        ((outputs * weights).sum() + (last_h * last_c).sum()).backward()
        return [outputs, last_h, last_c, x.grad, h.grad, c.grad]

    def reference(x, h, c):  # type: ignore[no-untyped-def]
        outputs, (last_h, last_c) = theirs(x, (h[None], c[None]))
        return outputs, last_h[0], last_c[0]

    expected = run(reference)
    found = run(lambda x, h, c: torch_lstm.lstm(x, h, c, kernel, recurrent, bias))
    expected += [theirs.weight_ih_l0.grad.t(), theirs.weight_hh_l0.grad.t(), theirs.bias_ih_l0.grad]
    found += [kernel.grad, recurrent.grad, bias.grad]
    for one, other in zip(found, expected, strict=True):
        assert one.dtype == torch.float32
        assert (one - other).norm() < 0.02 * other.norm()
