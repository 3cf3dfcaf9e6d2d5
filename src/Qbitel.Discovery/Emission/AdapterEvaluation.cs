using System.Text;
using System.Text.Json;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Boundaries.Training;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Traces;

namespace Qbitel.Discovery.Emission;

/// <summary>Generates adapters for traces whose fields are known, from four messages in five, and tries the compiled
/// code on the fifth, which neither the discovery nor the layout has seen.</summary>
public static class AdapterEvaluation
{
    private const int Folds = 5;
    private const int FirstMade = 1_000_001, MadeMessages = 250; // the training takes the numbers from 1

    /// <param name="files">Name and content of truth files.</param>
    /// <param name="made">So many made-up protocols besides, none of which the model was trained on.</param>
    /// <param name="progress">Told each row as it is there.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InputFormatException">A file is none.</exception>
    public static async Task<AdapterEvaluationReport> RunAsync(IReadOnlyList<KeyValuePair<string, byte[]>> files,
        int made = 0, Action<AdapterEvaluationRow>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfNegative(made);
        List<AdapterEvaluationRow> rows = [];
        foreach ((string name, byte[] content) in files)
        {
            await AddAsync(TruthFile.Parse(name, content)).ConfigureAwait(false);
        }

        for (int i = 0; i < made; i++)
            await AddAsync(FormatGenerator.Trace(FirstMade + i, MadeMessages)).ConfigureAwait(false);

        return new AdapterEvaluationReport(rows);

        async Task AddAsync(TruthFile truth)
        {
            AdapterTrial trial = await MakeAsync(truth, cancellationToken).ConfigureAwait(false);
            rows.Add(Row(truth.Name, trial, cancellationToken));
            progress?.Invoke(rows[^1]);
        }
    }

    /// <summary>Adapters made of the messages that are seen, for the protocols found in them, and the rest.</summary>
    internal static async Task<AdapterTrial> MakeAsync(TruthFile truth, CancellationToken cancellationToken)
    {
        using MemoryStream seen = new(Seen(truth));
        Traffic traffic = await TrafficReader.ReadAsync(seen, null, cancellationToken).ConfigureAwait(false);
        DiscoveryDocument document = ProtocolDiscoveryOrchestrator.Discover(traffic);
        List<GeneratedAdapter> adapters = [];
        foreach (DiscoveredProtocol protocol in document.Protocols.Where(p => p.IsInferred))
        {
            adapters.Add(await new ProtocolAdapterGenerator()
                .GenerateAdapterAsync(protocol, cancellationToken: cancellationToken).ConfigureAwait(false));
        }

        return new AdapterTrial([.. document.Protocols.Select(p => p.Name)], adapters,
            [.. truth.Messages.Where((_, i) => IsHeldBack(i))]);
    }

    /// <summary>Runs the generated code on the messages held back.</summary>
    internal static AdapterEvaluationRow Row(string name, AdapterTrial trial, CancellationToken cancellationToken)
    {
        List<CompiledCodec> compiled = [.. trial.Adapters.Select(a => a.Compile()).OfType<CompiledCodec>()];
        try
        {
            AdapterEvaluationRow row = new(name, trial.Names, trial.HeldBack.Count,
                [.. trial.Adapters.SelectMany(a => a.Withheld).Where(w => w.Target == "csharp").Select(w => w.Reason)]);
            foreach (TruthMessage message in trial.HeldBack)
            {
                cancellationToken.ThrowIfCancellationRequested();
                row = Try(row, compiled, message);
            }

            return row;
        }
        finally
        {
            compiled.ForEach(c => c.Dispose());
        }
    }

    // The parsers are asked in the order of the protocols; the one that reads the message must refuse the changed one.
    private static AdapterEvaluationRow Try(AdapterEvaluationRow row, List<CompiledCodec> compiled,
        TruthMessage message)
    {
        byte[] bytes = message.Sample.Bytes.ToArray();
        if (compiled.Find(c => c.RoundTrip(bytes, out _) is not null) is not { } codec) return row;
        bool isSame = codec.RoundTrip(bytes, out _).AsSpan().SequenceEqual(bytes);
        row = row with { Read = row.Read + 1, Rebuilt = row.Rebuilt + (isSame ? 1 : 0) };
        int place = 0;
        foreach (TruthField field in message.Fields)
        {
            if (field.Class is not ("length" or "checksum")) continue;
            byte[] changed = [.. bytes];
            changed[field.Start + field.Length - 1 - (place % field.Length)] ^= (byte)(1 << (place % 7));
            place++;
            int refused = codec.RoundTrip(changed, out _) is null ? 1 : 0;
            row = field.Class == "length"
                ? row with { Lengths = row.Lengths + 1, LengthsRefused = row.LengthsRefused + refused }
                : row with { Sums = row.Sums + 1, SumsRefused = row.SumsRefused + refused };
        }

        return row;
    }

    private static bool IsHeldBack(int index) => index % Folds == Folds - 1;

    private static byte[] Seen(TruthFile truth)
    {
        StringBuilder seen = new();
        foreach (Sample sample in truth.Samples.Where((_, i) => !IsHeldBack(i)))
        {
            string direction = sample.Direction switch
            {
                FlowDirection.ClientToServer => "c2s",
                FlowDirection.ServerToClient => "s2c",
                _ => "",
            };
            seen.Append("{\"hex\":\"").Append(Convert.ToHexString(sample.Bytes.Span))
                .Append("\",\"dir\":\"").Append(direction)
                .Append("\",\"flow\":").Append(JsonSerializer.Serialize(sample.Flow.Name)).Append("}\n");
        }

        return Encoding.UTF8.GetBytes(seen.ToString());
    }
}

/// <summary>Adapters and the messages they are tried on.</summary>
internal sealed record AdapterTrial(IReadOnlyList<string> Names, IReadOnlyList<GeneratedAdapter> Adapters,
    IReadOnlyList<TruthMessage> HeldBack);
