"""What PyTorch's fake quantizers and a ConvBnReLU2d in training make of tiny inputs: half of make_small_golden.py."""

import copy

import numpy as np
import torch
import torch.ao.nn.intrinsic as nni
import torch.ao.nn.intrinsic.qat as nniqat
from torch import nn
from torch.ao import quantization as tq
from torch.ao.quantization import observer


def hook(modules, record):
    """Calls record(name, input, output) whenever one of the modules has run."""
    for name, module in modules.items():
        module.register_forward_hook(lambda _, x, y, name=name: record(name, x[0], y))


def values_around(scale, zero_point, low, high, draws):
    """64 values for a fake quantizer: zeros, ties and near ties, both ends of the range, beyond them, and draws."""
    scale = np.float32(scale)
    ends = [(low - zero_point) * scale, (high - zero_point) * scale]
    steps = [0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5, -3.5]
    ties = [np.float32(step) * scale for step in steps]
    near = [np.nextafter(tie, np.float32(far)) for tie in ties[:4] for far in (-np.inf, np.inf)]
    edges = [end + np.float32(step) * scale for end in ends for step in (0, 0.5, -0.5, 1, -1, 40, -40)]
    fixed = np.array([0.0, -0.0, 1e6, -1e6, *ties, *near, *edges], dtype=np.float32)
    drawn = draws.uniform(ends[0] - 4 * scale, ends[1] + 4 * scale, 64 - len(fixed)).numpy()
    return torch.from_numpy(np.concatenate([fixed, drawn]))


def fake_quantize(put, draws):
    """The three operators, forward, and backward for a drawn upstream gradient."""
    ranges = {
        "s8": (0.1, 0, -128, 127),
        "s8-power-of-two": (0.25, 0, -128, 127),
        "s8-reduced": (0.0312, 0, -64, 63),
        "u7": (0.05, 37, 0, 127),
        "u7-power-of-two": (0.125, 1, 0, 127),
        "u8": (2 / 255, 127, 0, 255),
        "u8-ones": (1.0, 128, 0, 255),
        "s4": (0.3, -2, -8, 7),
    }
    records = {"per_tensor": {}, "per_channel": {}, "learnable": {}}

    def record(kind, name, x, y, gradient, **settings):
        y.backward(gradient)
        prefix = f"fake_quantize.{kind}.{name}"
        for part, value in (("input", x), ("output", y), ("output_gradient", gradient), ("input_gradient", x.grad)):
            put(f"{prefix}.{part}", value)
        records[kind][name] = settings

    for name, (scale, point, low, high) in ranges.items():
        settings = {"scale": float(np.float32(scale)), "zero_point": point, "quant_min": low, "quant_max": high}
        values, gradient = values_around(scale, point, low, high, draws), draws.uniform(-1, 1, 64)
        x = values.clone().requires_grad_()
        y = torch.fake_quantize_per_tensor_affine(x, settings["scale"], point, low, high)
        record("per_tensor", name, x, y, gradient, **settings)

        x = values.clone().requires_grad_()
        scales = torch.tensor([settings["scale"]], requires_grad=True)
        points = torch.tensor([float(point)], requires_grad=True)
        y = torch._fake_quantize_learnable_per_tensor_affine(x, scales, points, low, high, 1.0)
        record("learnable", name, x, y, gradient, grad_factor=1.0, **settings)
        put(f"fake_quantize.learnable.{name}.scale_gradient", scales.grad)
        put(f"fake_quantize.learnable.{name}.zero_point_gradient", points.grad)

    channels = {
        "s8-axis-0": (0, [0.1, 0.25, 0.013, 1.7], [0, 0, 0, 0], -128, 127),
        "s8-axis-1": (1, [0.1, 0.25, 0.013, 1.7], [0, 0, 0, 0], -128, 127),
        "u7-axis-0": (0, [0.1, 0.125, 0.02, 0.5], [0, 1, 64, 127], 0, 127),
    }
    for name, (axis, scales, points, low, high) in channels.items():
        scales = torch.tensor(scales)
        rows = [values_around(s, z, low, high, draws) for s, z in zip(scales.numpy(), points)]
        x = torch.stack(rows, dim=axis).requires_grad_()
        y = torch.fake_quantize_per_channel_affine(
            x, scales, torch.tensor(points, dtype=torch.int32), axis, low, high)
        record(
            "per_channel", name, x, y, draws.uniform(-1, 1, *x.shape), axis=axis, scales=scales.tolist(),
            zero_points=points, quant_min=low, quant_max=high)
    return records


def quantization_aware(put, network, groups, images, draws):
    """Two steps of quantization-aware training: with each batch's statistics, then with them frozen."""
    torch.backends.quantized.engine = "fbgemm"
    activations = tq.FakeQuantize.with_args(
        observer=observer.MovingAverageMinMaxObserver, quant_min=0, quant_max=255, dtype=torch.quint8)
    # An averaging constant of 1 leaves what this batch has, as the weight's scale at conversion would be. From -127 on,
    # since the largest weight, halfway between 127 and 128 of -128...127, passes its gradient or not by a last bit.
    weights = tq.FakeQuantize.with_args(
        observer=observer.MovingAveragePerChannelMinMaxObserver, quant_min=-127, quant_max=127, dtype=torch.qint8,
        qscheme=torch.per_channel_symmetric, ch_axis=0, averaging_constant=1)
    model = tq.fuse_modules_qat(copy.deepcopy(network).train(), groups)
    model.qconfig = tq.QConfig(activation=activations, weight=weights)
    tq.prepare_qat(model, inplace=True)
    labels = draws.generator.integers(0, 5, len(images) // 2).astype(np.uint8)
    records = {"activations": {}, "loss": {}}
    put("qat.labels", labels)
    for step, batch in zip(("training", "frozen"), images.split(len(images) // 2)):
        if step == "frozen":
            model.apply(nniqat.freeze_bn_stats)
        model.zero_grad()
        put(f"qat.{step}.pixels", (batch * 255).round().to(torch.uint8))
        logits = model(batch)
        loss = nn.functional.cross_entropy(logits, torch.from_numpy(labels.astype(np.int64)))
        loss.backward()
        put(f"qat.{step}.logits", logits)
        records["loss"][step] = float(loss.detach())
        records["activations"][step] = {
            layer: {"scale": float(module.activation_post_process.scale),
                    "zero_point": int(module.activation_post_process.zero_point)}
            for layer, module in model.named_children() if hasattr(module, "activation_post_process")}
        for name, parameter in model.named_parameters():
            put(f"qat.{step}.gradient.{name}", parameter.grad)
        for name, value in model.named_buffers():
            if name.endswith(("running_mean", "running_var")):
                put(f"qat.{step}.{name}", value.clone())
    return records
