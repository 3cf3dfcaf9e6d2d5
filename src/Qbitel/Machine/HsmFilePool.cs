using System.ComponentModel.DataAnnotations;
using Qbitel.Hsm;
using Qbitel.Hsm.Pools;
using Qbitel.Hsm.Providers;

namespace Qbitel.Machine;

/// <summary>
/// One pool of the file: providers of the same file that work as one, and when it gives one of them up.
/// </summary>
internal sealed record HsmFilePool
{
    /// <summary>The names of providers that are trusted with everything.</summary>
    public required string[] Members { get; init; }

    /// <summary>The names of providers that decrypt and verify when no member can, and make nothing new.</summary>
    public string[]? Standbys { get; init; }

    /// <summary><c>roundRobin</c>, the default, or <c>lowestLatency</c>.</summary>
    public string? Routing { get; init; }

    public int? CreationQuorum { get; init; }

    public int? MinimumToProtect { get; init; }

    public int? CallTimeoutMilliseconds { get; init; }

    public double? FailureRatio { get; init; }

    public int? MinimumCalls { get; init; }

    public int? BreakMilliseconds { get; init; }

    public int? LongestBreakMilliseconds { get; init; }

    public int? ProbeIntervalMilliseconds { get; init; }

    public int? ProbeTimeoutMilliseconds { get; init; }

    public int? ProbesToOpen { get; init; }

    public int? ProbesToClose { get; init; }

    /// <summary>All of them, as the pool knows them.</summary>
    public IEnumerable<string> All() => [.. Members, .. Standbys ?? []];

    /// <summary>What is wrong with it, and what to do; null where nothing is.</summary>
    public string? Fault(string name, IReadOnlyDictionary<string, HsmOptions> providers)
    {
        if (providers.ContainsKey(name))
            return $"the pool '{name}' has the name of a provider: give one of them another name";
        if (Members.Length == 0) return $"the pool '{name}' has no members: name providers of the file in 'members'";
        foreach (string member in All())
        {
            if (!providers.ContainsKey(member))
            {
                return $"the pool '{name}' names the member '{member}', which is no provider of the file: there are "
                    + string.Join(", ", providers.Keys);
            }

            if (All().Count(each => each == member) > 1)
                return $"the pool '{name}' names '{member}' twice: a member is once in 'members' or 'standbys'";
        }

        int all = All().Count();
        if (all > HsmPool.MaxMembers) return $"the pool '{name}' has {all} members: {HsmPool.MaxMembers} are the most";
        if (CreationQuorum > all)
        {
            return $"the pool '{name}' asks {CreationQuorum} members before it makes a key and has {all}: set "
                + "'creationQuorum' to that or less, or leave it out for all";
        }

        if (MinimumToProtect > Members.Length)
        {
            return $"the pool '{name}' would never protect: 'minimumToProtect' is {MinimumToProtect}, and there are "
                + $"{Members.Length} in 'members'";
        }

        if (Routing is not (null or "roundRobin" or "lowestLatency"))
            return $"the pool '{name}' has a 'routing' that is neither roundRobin nor lowestLatency";
        int?[] times =
        [
            CallTimeoutMilliseconds, BreakMilliseconds, LongestBreakMilliseconds, ProbeIntervalMilliseconds,
            ProbeTimeoutMilliseconds,
        ];
        HsmPoolOptions options = Options();
        List<ValidationResult> wrong = [];
        return times.Any(time => time <= 0)
            ? $"the pool '{name}' has a time that is not positive: times are milliseconds"
            : Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true)
                ? null : $"the pool '{name}': {wrong[0].ErrorMessage}";
    }

    public HsmPoolOptions Options(Action<HsmPoolAlert>? alert = null)
    {
        HsmPoolOptions defaults = new();
        return defaults with
        {
            Routing = Routing == "lowestLatency" ? HsmPoolRouting.LowestLatency : defaults.Routing,
            CreationQuorum = CreationQuorum ?? defaults.CreationQuorum,
            MinimumToProtect = MinimumToProtect ?? defaults.MinimumToProtect,
            CallTimeout = Time(CallTimeoutMilliseconds, defaults.CallTimeout),
            FailureRatio = FailureRatio ?? defaults.FailureRatio,
            MinimumCalls = MinimumCalls ?? defaults.MinimumCalls,
            Break = Time(BreakMilliseconds, defaults.Break),
            LongestBreak = Time(LongestBreakMilliseconds, defaults.LongestBreak),
            ProbeInterval = Time(ProbeIntervalMilliseconds, defaults.ProbeInterval),
            ProbeTimeout = Time(ProbeTimeoutMilliseconds, defaults.ProbeTimeout),
            ProbesToOpen = ProbesToOpen ?? defaults.ProbesToOpen,
            ProbesToClose = ProbesToClose ?? defaults.ProbesToClose,
            Alert = alert,
        };

        static TimeSpan Time(int? milliseconds, TimeSpan standard) =>
            milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : standard;
    }

    /// <summary>The members under their names in the file, which decide where new keys are made.</summary>
    public IReadOnlyList<HsmPoolMember> Open(IReadOnlyDictionary<string, HsmOptions> providers, TimeProvider time) =>
    [
        .. Members.Select(name => Member(name, HsmPoolRole.Active, providers, time)),
        .. (Standbys ?? []).Select(name => Member(name, HsmPoolRole.Standby, providers, time)),
    ];

    private static HsmPoolMember Member(
        string name, HsmPoolRole role, IReadOnlyDictionary<string, HsmOptions> providers, TimeProvider time) =>
        new(name, async cancel => await HsmProvider.CreateAsync(providers[name], time, logger: null, cancel))
        {
            Role = role,
        };
}
