using Qbitel.Discovery.Grammars;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Traces;

namespace Qbitel.Discovery.Analysis;

/// <summary>Knows how the unknown protocols of a baseline speak, and says which later messages do not.</summary>
/// <remarks>Safe for concurrent use once made.</remarks>
public sealed class TrafficWatch
{
    private const int MaxMessages = 2_000_000;

    private readonly List<(string Name, AnomalyModel Model)> _models;

    private TrafficWatch(List<(string, AnomalyModel)> models) => _models = models;

    /// <summary>What is watched, and how often good messages raise an alarm.</summary>
    public IReadOnlyList<WatchedProtocol> Protocols => [.. _models.Select(m => new WatchedProtocol(m.Name,
        m.Model.Calibrated, m.Model.Threshold, m.Model.FalseAlarms, m.Model.FalseAlarmRate.Low,
        m.Model.FalseAlarmRate.High))];

    public static TrafficWatch Learn(DiscoveryDocument baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return new([.. baseline.Protocols.Where(p => p.Basis is InferredProtocol)
            .Select(p => (p.Name, AnomalyModel.Learn((InferredProtocol)p.Basis!)))]);
    }

    /// <summary>The messages that stand out, in the order of the input. Those of known protocols are not
    /// judged.</summary>
    public WatchReport Watch(Traffic traffic)
    {
        ArgumentNullException.ThrowIfNull(traffic);
        List<TrafficAlert> alerts = [];
        Dictionary<(string, string), NewType> types = [];
        int judged = 0, known = 0;
        foreach (CutMessage message in new MessageCutter(MaxMessages).Cut(traffic))
        {
            if (message.Bytes.Length == 0) continue;
            if (message.Known is not null || (!message.IsFragment
                && KnownProtocols.Whole(message.Bytes.Span, message.Rule?.HeaderSize) is not null))
            {
                known++;
                continue;
            }

            judged++;
            (string Name, MessageScore Score)? best = null;
            foreach ((string name, AnomalyModel model) in _models)
            {
                MessageScore score = model.Score(message.Bytes);
                // The protocol it fits best judges it: one of few messages may have nothing to say against any.
                if (best is null || score.BitsPerByte < best.Value.Score.BitsPerByte) best = (name, score);
            }

            if (best is not { } found) continue;
            if (found.Score is { IsAlarm: false, NewType: { } type })
            {
                types[(found.Name, type)] = types.TryGetValue((found.Name, type), out NewType? seen)
                    ? seen with { Messages = seen.Messages + 1 } : new NewType(found.Name, type, message.Index, 1);
            }

            if (found.Score.IsAlarm)
            {
                MessageScore score = found.Score;
                alerts.Add(new TrafficAlert(message.Index, message.Flow.Name, found.Name, Math.Round(score.Score, 2),
                    score.Path,
                    score.Offset, score.Length, score.Finding?.Code ?? "Watch.Unlikely",
                    score.Finding?.Expected ?? "a value like those of the baseline",
                    score.Finding?.Found ?? FormattableString.Invariant($"one of {score.Bits:0.0} bits of surprise")));
            }
        }

        return new WatchReport(judged, known, alerts) { NewTypes = [.. types.Values.OrderBy(t => t.First)] };
    }
}

/// <summary>A protocol that is watched.</summary>
/// <param name="Name">As the baseline names it.</param>
/// <param name="Calibrated">Messages the thresholds were set by.</param>
/// <param name="Threshold">Standard deviations above the mean surprise a byte; infinite where they were too
/// few.</param>
/// <param name="FalseAlarms">How many of those messages, none of which was learnt from, would raise an alarm.</param>
/// <param name="FalseAlarmsFrom">Lower end of the 95 % interval of that share.</param>
/// <param name="FalseAlarmsTo">Upper end.</param>
public sealed record WatchedProtocol(string Name, int Calibrated, double Threshold, int FalseAlarms,
    double FalseAlarmsFrom, double FalseAlarmsTo);

/// <summary>What a watch saw.</summary>
public sealed record WatchReport(int Judged, int Known, IReadOnlyList<TrafficAlert> Alerts)
{
    /// <summary>Types of messages that the baseline does not have, where more of them are to be expected.</summary>
    public IReadOnlyList<NewType> NewTypes { get; init; } = [];
}

/// <summary>A type of messages that was not seen before.</summary>
/// <param name="Protocol">As the baseline names it.</param>
/// <param name="Key">The value of the type key, in hex.</param>
/// <param name="First">The first message that has it, by its place in the input.</param>
/// <param name="Messages">How many have it, without those that raised an alarm.</param>
public sealed record NewType(string Protocol, string Key, int First, int Messages);

/// <summary>A message that stands out, and the field that makes it.</summary>
public sealed record TrafficAlert(int Index, string Flow, string Protocol, double Score, string Field, int Offset,
    int Length, string Code, string Expected, string Found);
