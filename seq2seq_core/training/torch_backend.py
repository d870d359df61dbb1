"""Keras on PyTorch (KERAS_BACKEND=torch): what makes training LSTMs fast there on a CPU.

Keras calls PyTorch's fused LSTM on CUDA only and loops over the steps in Python elsewhere, though the same call has a
CPU implementation (oneDNN). It takes no mask, which batches of sources of one length do not need.
"""

from __future__ import annotations

from typing import Any

import keras
import torch
from keras.src import backend
from keras.src.backend.torch.core import convert_to_tensor
from keras.src.backend.torch.rnn import _cudnn_lstm

from . import torch_lstm


def fuse_lstm() -> None:
    """From here on, Keras' LSTM layers run as one fused operation wherever nothing is padded."""
    backend.lstm = fused_lstm


# the processor has instructions for products in bfloat16
HALF = torch.cpu._is_amx_tile_supported() or torch_lstm.AVAILABLE


def half_precision() -> torch.autocast:
    """Within it, matrix products are in bfloat16, where the processor has instructions for it.

    Weights, their updates and the softmax stay float32.
    """
    return torch.autocast("cpu", torch.bfloat16, enabled=HALF)


def clip_at_once(optimizer: keras.optimizers.Optimizer) -> None:
    """From here on, the optimizer clips every weight's gradient to its clipnorm in one call, not in one a weight."""

    def clip(gradients: list[torch.Tensor]) -> list[torch.Tensor]:
        norms = torch._foreach_norm(gradients)
        return list(torch._foreach_mul(gradients, [limit / norm.clamp(min=limit) for norm in norms]))

    if limit := optimizer.clipnorm:
        optimizer._clip_gradients = clip


def orthogonalise_in_half(optimizer: keras.optimizers.Optimizer) -> None:
    """From here on, Muon's matrix iterations are in bfloat16 throughout, as its authors run them, where that is fast.

    `half_precision` alone would convert every operand of every product anew.
    """
    if not isinstance(optimizer, keras.optimizers.Muon) or not HALF:
        return
    a, b, c = optimizer.muon_a, optimizer.muon_b, optimizer.muon_c

    def iterate(update: torch.Tensor, steps: int) -> torch.Tensor:
        tall = update.shape[0] > update.shape[1]
        x = (update / update.norm().clamp(min=1e-7)).bfloat16()  # (rows, columns)
        x = x.T if tall else x
        for _ in range(steps):
            gram = x @ x.T
            x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
        return (x.T if tall else x).float()

    optimizer.zeropower_via_newtonschulz5 = iterate


looped_lstm = backend.lstm


def fused_lstm(
    inputs: Any,
    initial_state_h: Any,
    initial_state_c: Any,
    mask: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any,
    activation: Any,
    recurrent_activation: Any,
    return_sequences: bool = False,
    go_backwards: bool = False,
    **options: Any,
) -> Any:
    """As `keras.src.backend.lstm`: (last output, outputs, [h, c])."""
    plain = activation is keras.activations.tanh and recurrent_activation is keras.activations.sigmoid
    inputs = convert_to_tensor(inputs)
    if not plain or bias is None or inputs.device.type != "cpu" or (mask is not None and not bool(mask.all())):
        return looped_lstm(
            inputs,
            initial_state_h,
            initial_state_c,
            mask,
            kernel,
            recurrent_kernel,
            bias,
            activation,
            recurrent_activation,
            return_sequences,
            go_backwards,
            **options,
        )
    kernel, recurrent_kernel, bias = (convert_to_tensor(values) for values in (kernel, recurrent_kernel, bias))
    if go_backwards:
        inputs = torch.flip(inputs, dims=[1])
    if torch_lstm.AVAILABLE and torch.is_autocast_enabled("cpu"):
        h, c = convert_to_tensor(initial_state_h), convert_to_tensor(initial_state_c)
        outputs, h, c = torch_lstm.lstm(inputs, h, c, kernel, recurrent_kernel, bias)
        return h, outputs if return_sequences else h[:, None], [h, c]
    return _cudnn_lstm(
        inputs,
        convert_to_tensor(initial_state_h),
        convert_to_tensor(initial_state_c),
        kernel,
        recurrent_kernel,
        bias,
        return_sequences=return_sequences,
        device=inputs.device,
    )
