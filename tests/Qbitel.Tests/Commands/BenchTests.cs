using System.Text.Json;

namespace Qbitel.Tests.Commands;

public sealed class BenchTests
{
    [Fact]
    public async Task Every_code_path_of_this_processor_is_measured_and_named()
    {
        using TemporaryFolder folder = new();

        Shell.Result result = await Shell.QbitelAsync("bench", "pqc", "--quick", "--algorithms", "ML-KEM-512", "--json",
            "--markdown", folder["pqc.md"], "--svg", folder["pqc.svg"], "--html", folder["pqc.html"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Notes));
        using JsonDocument report = JsonDocument.Parse(result.Data);
        JsonElement[] figures = [.. report.RootElement.GetProperty("figures").EnumerateArray()];
        string?[] paths = [.. figures.Select(figure => figure.GetProperty("path").GetString())
            .Where(path => path is not null).Distinct()];
        Assert.Contains("scalar", paths);
        Assert.Equal(paths.Length, report.RootElement.GetProperty("method").GetProperty("warmUps").GetArrayLength());
        Assert.All(paths, path =>
            Assert.Equal(5, figures.Count(figure => figure.GetProperty("path").GetString() == path)));
        Assert.All(figures, figure => Assert.InRange(
            figure.GetProperty("microseconds").GetProperty("median").GetDouble(), 0.1, 1_000_000));
        Assert.All((string[])["pqc.md", "pqc.svg", "pqc.html"], name =>
            Assert.True(new FileInfo(folder[name]).Length > 1000));
    }

    [Fact]
    public async Task A_gate_that_cannot_be_shown_to_hold_answers_1()
    {
        Assert.SkipWhen(System.Security.Cryptography.MLKem.IsSupported,
            "this machine has OpenSSL 3.5: whether the gate holds is a matter of measurement");

        Shell.Result result = await Shell.QbitelAsync("bench", "pqc", "--quick", "--gate", "--algorithms",
            "ML-KEM-512");

        Assert.Equal((1, ""), (result.ExitCode, result.Notes));
        Assert.Contains("\nnot compared: ", result.Data, StringComparison.Ordinal);
        Assert.DoesNotContain("missed: ", result.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_algorithm_that_is_not_measured_is_misuse_and_the_answer_lists_what_is()
    {
        Shell.Result result = await Shell.QbitelAsync("bench", "pqc", "--algorithms", "ROT13");

        Assert.Equal((2, ""), (result.ExitCode, result.Data));
        Assert.Contains("'ROT13'", result.Notes, StringComparison.Ordinal);
        Assert.Contains("ML-KEM-768", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_payments_profile_verifies_every_message_and_counts_each_once()
    {
        using TemporaryFolder folder = new();

        string data = await Line.DoneAsync("bench", "profile", "real-time-payments", "--seconds", "1", "--threads", "1",
            "--json",
            "--markdown", folder["payments.md"]);

        using JsonDocument report = JsonDocument.Parse(data);
        Assert.All(report.RootElement.GetProperty("figures").EnumerateArray(), figure =>
        {
            JsonElement latency = figure.GetProperty("latency");
            long measured = latency.GetProperty("histogram").EnumerateArray()
                .Sum(bucket => bucket.GetProperty("messages").GetInt64());
            Assert.Equal(10_000, measured);
            Assert.InRange(figure.GetProperty("messagesVerified").GetInt64(), measured + 1, long.MaxValue);
            Assert.InRange(latency.GetProperty("p99").GetDouble(), latency.GetProperty("median").GetDouble(),
                latency.GetProperty("max").GetDouble());
        });
        Assert.Contains("every one compared and verified",
            await File.ReadAllTextAsync(folder["payments.md"], TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }
}
