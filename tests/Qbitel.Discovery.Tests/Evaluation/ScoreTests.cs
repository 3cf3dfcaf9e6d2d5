using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Boundaries.Training;
using Qbitel.Discovery.Evaluation;
using Qbitel.Discovery.Tests.Analysis;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Evaluation;

/// <summary>The measures of the evaluation: by hand on small cases, and against their Python original on whole files.
/// </summary>
public sealed class ScoreTests
{
    [Fact]
    public void A_perfect_cut_scores_one_everywhere()
    {
        TruthMessage[] truth = [Message("0102030405", 1, 3), Message("0102030405", 2)];

        Scores scores = CutScore.Of(truth, [[1, 3], [2]]);

        Assert.Equal((1.0, 1.0, 1.0, 0.0, 1.0, 1.0), (scores.Precision, scores.Recall, scores.F1,
            scores.FalsePositiveRate, scores.FormatMatch, scores.Perfection));
    }

    [Fact]
    public void Misses_and_false_cuts_are_pooled_over_messages()
    {
        TruthMessage[] truth = [Message("010203040506", 2, 4), Message("010203040506", 2)];

        Scores scores = CutScore.Of(truth, [[2, 5], []]);

        Assert.Equal(0.5, scores.Precision);
        Assert.Equal(1 / 3.0, scores.Recall, 12);
        Assert.Equal(0.4, scores.F1, 12);
        Assert.Equal(1 / 7.0, scores.FalsePositiveRate, 12);
        Assert.Equal(1 / 5.0, scores.Perfection, 12); // only the first two bytes of the first message
    }

    [Fact]
    public void A_cut_beside_the_boundary_counts_by_its_distance()
    {
        TruthMessage[] truth = [Message("0102030405060708090A", 5)];

        Scores scores = CutScore.Of(truth, [[6]]);

        Assert.Equal(Math.Exp(-0.25), scores.FormatMatch, 12);
    }

    [Fact]
    public void Boundaries_between_constants_are_none_where_constants_are_merged()
    {
        TruthMessage[] truth = [.. Enumerable.Range(0, 10).Select(i => Message($"AABB{i:X2}", 1, 2))];

        Scores scores = CutScore.Of(truth, [.. truth.Select(_ => (int[])[2])]);

        Assert.Equal(1, scores.F1MergedConstants);
        Assert.True(scores.F1 < 0.7);
    }

    [Fact]
    public void Types_agree_whatever_they_are_called()
    {
        Assert.Equal(1, Agreement.VMeasure(["a", "a", "b"], ["2", "2", "1"]), 12);
        Assert.Equal(0, Agreement.VMeasure(["a", "a", "a"], ["1", "2", "1"]), 12);
        Assert.Equal(0, Agreement.VMeasure(["a", "b"], ["1", "1"]), 12);
    }

    [Fact]
    public void Confidence_that_says_how_often_it_is_right_has_no_error()
    {
        Assert.Equal(0, Agreement.CalibrationError([(0.5, true), (0.5, false)]), 12);
        Assert.Equal(0.9, Agreement.CalibrationError([(0.9, false)]), 12);
        Assert.True(double.IsNaN(Agreement.CalibrationError([])));
    }

    [Theory]
    [InlineData("prop_bin")]
    [InlineData("fix44")]
    [InlineData("dns")]
    public void Our_scores_are_those_of_the_Python_original(string file)
    {
        string scorer = SharedFiles.Path("discovery/score.py");
        string path = SharedFiles.Path($"discovery/truth/{file}.jsonl");
        byte[] content = File.ReadAllBytes(path);
        DiscoveryDocument document = Discoveries.Of(content);
        string written = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(written, Discoveries.Json(document));
            Scores ours = DocumentScore.Of(TruthFile.Parse(file, content), document);
            using var theirs = JsonDocument.Parse(Python(scorer, path, written));

            Assert.Equal(Number("P"), ours.Precision, 4);
            Assert.Equal(Number("R"), ours.Recall, 4);
            Assert.Equal(Number("F1"), ours.F1, 4);
            Assert.Equal(Number("FPR"), ours.FalsePositiveRate, 4);
            Assert.Equal(Number("FMS"), ours.FormatMatch, 4);
            Assert.Equal(Number("perf"), ours.Perfection, 4);
            Assert.Equal(Number("F1mc"), ours.F1MergedConstants, 4);
            Assert.Equal(Number("V"), ours.TypeAgreement, 4);
            Assert.Equal(Number("ECE"), ours.CalibrationError, 4);
            Assert.Equal(Number("semR"), ours.SemanticRecall, 4);

            double Number(string name) => theirs.RootElement.GetProperty(name).GetDouble();
        }
        finally
        {
            File.Delete(written);
        }
    }

    [Fact]
    public void Trivial_cutters_score_as_in_the_Python_original()
    {
        string scorer = SharedFiles.Path("discovery/score.py");
        string path = SharedFiles.Path("discovery/truth/dns.jsonl");
        TruthFile truth = TruthFile.Parse("dns", File.ReadAllBytes(path));
        string[] theirs = Python(scorer, "--trivial", path).Split('\n');

        for (int i = 0; i < TrivialCutters.All.Count; i++)
        {
            Scores ours = CutScore.Of(truth.Messages,
                [.. truth.Messages.Select(m => TrivialCutters.Cut(m.Sample.Bytes.Length, TrivialCutters.All[i].Step))]);

            Assert.Contains(string.Create(CultureInfo.InvariantCulture,
                $"F1 {ours.F1:0.000} FPR {ours.FalsePositiveRate:0.00} FMS {ours.FormatMatch:0.000} "
                + $"perf {ours.Perfection:0.000}"),
                theirs[i], StringComparison.Ordinal);
        }
    }

    private static TruthMessage Message(string hex, params int[] boundaries)
    {
        byte[] bytes = Convert.FromHexString(hex);
        int[] edges = [0, .. boundaries, bytes.Length];
        return new TruthMessage(new Inference.Sample(0, bytes, Flow.None, FlowDirection.Unknown, null), boundaries,
            [.. edges.Zip(edges.Skip(1), (start, end) => new TruthField(start, end - start, "bytes"))], "");
    }

    private static string Python(params string[] arguments)
    {
        ProcessStartInfo start = new("python3", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8
        };
        try
        {
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is not installed: the scores are not compared with their original");
            throw;
        }
    }
}
