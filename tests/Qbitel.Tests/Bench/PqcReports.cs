using Qbitel.Bench;

namespace Qbitel.Tests.Bench;

/// <summary>A report as a run would make it, with figures invented for tests.</summary>
internal static class PqcReports
{
    public static PqcReport Sample(double signRatio = 8) => new(
        new("A <processor> & more", 2, "Debian", ".NET 10", "OpenSSL 3.5.9", ["AVX2"]),
        new(new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero), 3, 50, "clock", "order", "compilation",
            [new("AVX-512", 3, true), new("scalar", 24, false)], "0.1 0.2 0.3", "0.4 0.5 0.6"),
        [
            Figure("ML-DSA-65", "sign", "qbitel", "AVX-512", 100, signRatio),
            Figure("ML-DSA-65", "sign", "qbitel", "scalar", 400, signRatio / 4),
            Figure("ML-DSA-65", "sign", "openssl", null, 100 * signRatio, 1),
            Figure("ML-DSA-65", "import+sign", "qbitel", "AVX-512", 150, null),
        ],
        [new("ML-DSA-65", "sign", 7, signRatio)],
        [new("X25519MLKEM768", "decaps", 40, 30)],
        [new("ML-DSA-65", "sign", 2, 17_000, 1.9, 1.8)]);

    private static PqcFigure Figure(string algorithm, string operation, string implementation, string? path,
        double median, double? ratio) => new(algorithm, operation, implementation, path,
        new(median, median * 1.3, median / 2, median * 3, median * 0.9, median * 1.1, 500), 1e6 / median, 12, ratio,
        ratio * 0.9, ratio * 1.1);
}
