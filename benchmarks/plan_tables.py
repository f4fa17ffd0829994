"""The memory and speed that `train.plan` predicts, beside what others published.

    python -m benchmarks.plan_tables

Tables with a limit bound the mean error; the others come from other kernels, quantisers or engines and are shown
beside them without bending the model. Published "GB" are 10^9 bytes, "GiB" 2^30; torchtune reports PyTorch's peak,
which leaves CUDA's context out.
"""

from dataclasses import dataclass, replace

from train.plan import GPUS, Load, Shape, estimate, seconds

GB, GIB = 1e9, 2.0**30
LLAMA2_7B = Shape(4096, 32, 11008, 4096, 4096, 32000, tied=False)
LLAMA31_8B = Shape(4096, 32, 14336, 4096, 1024, 128256, tied=False)
LLAMA31_70B = Shape(8192, 80, 28672, 8192, 1024, 128256, tied=False)
QWEN_1_8B = Shape(2048, 24, 5504, 2048, 2048, 151936, tied=False)
QWEN_7B = Shape(4096, 32, 11008, 4096, 4096, 151936, tied=False)
QWEN_14B = Shape(5120, 40, 13696, 5120, 5120, 152064, tied=False)
QWEN_72B = Shape(8192, 80, 24576, 8192, 8192, 152064, tied=False)
QWEN25_14B = Shape(5120, 48, 13824, 5120, 1024, 152064, tied=False)
QWEN25_32B = Shape(5120, 64, 27648, 5120, 1024, 152064, tied=False)
SMOLLM2 = Shape(576, 30, 1536, 576, 192, 49152, tied=True)


@dataclass(frozen=True)
class Row:
    """One published figure: bytes of memory, and tokens a second on a card where they are told too."""

    what: str
    shape: Shape
    load: Load
    memory: float
    speed: float = 0.0
    card: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of one source.

    Attributes:
        limit: The mean absolute error that the model must keep, 0 for none.
        context: The figures count CUDA's context.
        devices: The figures are sums over so many devices.
    """

    source: str
    rows: list[Row]
    limit: float = 0.0
    context: bool = True
    devices: int = 1

    def predicted(self, row: Row) -> float:
        """Bytes by the model, counted as the table counts."""
        found = estimate(row.shape, row.load)
        return (found.total - (0 if self.context else found.parts["context"])) * self.devices

    def error(self, row: Row) -> float:
        """Predicted over published, less one."""
        return self.predicted(row) / row.memory - 1

    def mean_error(self) -> float:
        """Mean absolute error."""
        return sum(abs(self.error(row)) for row in self.rows) / len(self.rows)


def qwen(shape: Shape, load: Load, published: str, devices: int = 1) -> list[Row]:
    """Qwen's README: "GB seconds" of each length; an iteration is 8 rows on each device."""
    lengths = (256, 512, 1024, 2048, 4096, 8192)
    cells = [cell.split("/") for cell in published.split()]
    return [
        Row(
            str(length),
            shape,
            replace(load, length=length),
            float(size) * GB,
            8 * length * devices / float(time),
            "a100-80",
        )
        for length, (size, time) in zip(lengths, cells, strict=False)
    ]


def plain(base: Load, cells: dict[int, float], shape: Shape) -> list[Row]:
    """Memory in GB by length alone."""
    return [Row(str(length), shape, replace(base, length=length), size * GB) for length, size in cells.items()]


# Every linear layer at rank 8, batch 1 (4 where TGS is told), FlashAttention-2, LLaMA-Factory's fp32 adapters.
FACTORY = Load("qlora", 4, 1, 1024, rank=8, fused_loss=False, adapter_bits=32)
# finetune_lora_single_gpu.sh: rank 64, dropout 0.05, checkpointing, batch 1; c_attn is one matrix, hence `trainable`;
# PEFT before 0.6, which PyTorch 2.0 meant there, made adapters in fp32.
QWEN = Load("lora", 16, 1, 256, rank=64, dropout=0.05, fused_loss=False, adapter_bits=32)
# Batch 2 packed to 2048; bf16 adapters and states; paged 8-bit AdamW for full.
TUNE = Load("lora", 16, 2, 2048, rank=8, adapter_bits=16)
UNSLOTH = Load("qlora", 4, 1, 512, optimizer="adamw_8bit")
CPU = Load("lora", 32, 2, 256, checkpointing=False, device="cpu")

TABLES = [
    Table(
        "LLaMA-Factory wiki, Performance-Comparison: Llama-2-7B",
        [
            *plain(FACTORY, {1024: 6, 2048: 7, 4096: 9, 8192: 12, 16384: 19, 32768: 32}, LLAMA2_7B),
            Row(
                "LoRA 4 x 1024", LLAMA2_7B, replace(FACTORY, tuning="lora", bits=16, batch=4), 17 * GB, 2954, "a100-80"
            ),
            Row("QLoRA 4 x 1024", LLAMA2_7B, replace(FACTORY, batch=4), 9 * GB, 2415, "a100-80"),
        ],
        limit=0.1,
    ),
    Table(
        "torchtune README: Llama-3.1-8B",
        [
            Row("QLoRA", LLAMA31_8B, replace(TUNE, tuning="qlora", bits=4), 7.4 * GIB, 2413, "4090"),
            Row("LoRA", LLAMA31_8B, TUNE, 16.2 * GIB, 3083, "4090"),
        ],
        limit=0.1,
        context=False,
    ),
    Table(
        "Qwen README: Qwen-7B LoRA",
        qwen(QWEN_7B, replace(QWEN, trainable=143_130_624), "20.1/1.2 20.4/1.5 21.5/2.8 23.8/5.2 29.7/10.1 36.6/21.3"),
        limit=0.1,
    ),
    Table(
        "Qwen README: Qwen-14B LoRA",
        qwen(QWEN_14B, replace(QWEN, trainable=223_150_080), "34.6/1.6 35.1/2.4 35.3/4.4 37.4/8.4 42.5/17.0 55.2/36.0"),
        limit=0.1,
    ),
    Table(
        "Qwen README: Qwen-1.8B LoRA",
        qwen(QWEN_1_8B, replace(QWEN, trainable=53_673_984), "6.7/1.0 7.4/1.0 8.4/1.1 11.0/1.7 16.2/3.3 21.8/6.8"),
    ),
    Table(
        "Qwen README: Qwen-7B Q-LoRA (GPTQ)",
        qwen(
            QWEN_7B,
            replace(QWEN, tuning="qlora", bits=4, trainable=143_130_624),
            "11.5/3.0 11.5/3.0 12.3/3.5 13.9/7.0 16.9/11.6 23.5/22.3",
        ),
    ),
    Table(
        "Qwen README: Qwen-14B Q-LoRA (GPTQ)",
        qwen(
            QWEN_14B,
            replace(QWEN, tuning="qlora", bits=4, trainable=223_150_080),
            "18.7/5.3 18.4/6.3 18.9/8.2 19.9/11.8 23.0/20.1 27.9/38.3",
        ),
    ),
    Table(
        "Qwen README: Qwen-72B LoRA, ZeRO-3, sum of 4 cards",
        qwen(
            QWEN_72B,
            replace(QWEN, processes=4, sharded=True),
            "215.4/17.6 217.7/20.5 222.6/29.4 228.8/45.7 249.0/83.4 289.2/161.5",
            devices=4,
        ),
        devices=4,
    ),
    Table(
        "torchtune README: Llama-3.1-70B LoRA, FSDP2 on 8 cards, of each",
        [Row("LoRA", LLAMA31_70B, replace(TUNE, processes=8, sharded=True), 27.6 * GIB)],
        context=False,
    ),
    Table(
        "Unsloth benchmarks: Llama-3.1-8B QLoRA rank 32, the longest row for Hugging Face + FA2",
        plain(
            replace(FACTORY, rank=32),
            {932: 12, 2551: 16, 5789: 24, 12264: 40, 15502: 48, 28454: 80},
            LLAMA31_8B,
        ),
    ),
    Table(
        "Unsloth's minimum (its own kernels, offloaded embeddings)",
        [
            Row("8B QLoRA", LLAMA31_8B, UNSLOTH, 6 * GB),
            Row("14B QLoRA", QWEN25_14B, UNSLOTH, 8.5 * GB),
            Row("32B QLoRA", QWEN25_32B, UNSLOTH, 26 * GB),
            Row("70B QLoRA", LLAMA31_70B, UNSLOTH, 41 * GB),
            Row("8B LoRA", LLAMA31_8B, replace(UNSLOTH, tuning="lora", bits=16), 22 * GB),
        ],
    ),
    Table(
        "Measured here: peak RSS of TRL 1.16 on CPU, SmolLM2-135M, 2 x 256 tokens, rank 16",
        [
            Row("LoRA fp32", SMOLLM2, CPU, 2599e6),
            Row("LoRA fp32, checkpointing", SMOLLM2, replace(CPU, checkpointing=True), 2188e6),
            Row("LoRA bf16", SMOLLM2, replace(CPU, bits=16), 2174e6),
            Row("QLoRA bf16", SMOLLM2, replace(CPU, tuning="qlora", bits=4), 1997e6),
            Row("full fp32", SMOLLM2, replace(CPU, tuning="full"), 3607e6),
            Row("full bf16", SMOLLM2, replace(CPU, tuning="full", bits=16), 2485e6),
        ],
    ),
]


def timed(row: Row) -> tuple[float, float]:
    """Slowest and fastest tokens a second by the model, over all processes."""
    short, long = seconds(row.shape, row.load, 1_000_000, flops=GPUS[row.card][1])
    return 1e6 / long, 1e6 / short


def main() -> None:
    """Print every row, then the mean of each table, then the speeds."""
    print("| | published GB | predicted GB | error |\n|---|---:|---:|---:|")
    for table in TABLES:
        print(f"| **{table.source}** | | | mean {table.mean_error():.0%} |")
        for row in table.rows:
            found = table.predicted(row)
            print(f"| {row.what} | {row.memory / GB:.1f} | {found / GB:.1f} | {table.error(row):+.0%} |")
    print("\n| | published tokens/s | predicted | inside |\n|---|---:|---:|---|")
    for table in TABLES:
        for row in table.rows:
            if row.speed:
                low, high = timed(row)
                inside = "yes" if low <= row.speed <= high else "no"
                print(f"| {table.source}: {row.what} | {row.speed:,.0f} | {low:,.0f}-{high:,.0f} | {inside} |")


if __name__ == "__main__":
    main()
