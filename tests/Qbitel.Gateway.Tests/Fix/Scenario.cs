using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>A conversation of the FIX community's session tests: what a peer says, and what the engine must
/// answer.</summary>
internal sealed partial class Scenario
{
    private Scenario(string name, IReadOnlyList<ScenarioStep> steps)
    {
        Name = name;
        Steps = steps;
    }

    public string Name { get; }

    public IReadOnlyList<ScenarioStep> Steps { get; }

    /// <summary>What field 8 of the session says.</summary>
    public string Version => Name.StartsWith("fix44", StringComparison.Ordinal) ? "FIX.4.4"
        : Name.StartsWith("fix50", StringComparison.Ordinal) ? "FIXT.1.1" : "FIX.4.2";

    /// <summary>DefaultApplVerID of the session; null before FIX 5.0.</summary>
    public string? ApplicationVersion => !Name.StartsWith("fix50", StringComparison.Ordinal) ? null
        : Name.StartsWith("fix50sp1", StringComparison.Ordinal) ? "8"
        : Name.StartsWith("fix50sp2", StringComparison.Ordinal) ? "9" : "7";

    /// <summary>HeartBtInt of the Logon that is expected; 30 where none is.</summary>
    public int Heartbeat => Steps.Where(step => step.Kind == ScenarioStepKind.Expect)
        .Select(step => HeartbeatField().Match(step.Message!)).Where(match => match.Success)
        .Select(match => int.Parse(match.Groups["seconds"].Value, CultureInfo.InvariantCulture))
        .DefaultIfEmpty(30).First();

    public static Scenario Read(string path)
    {
        List<ScenarioStep> steps = [];
        foreach (string line in File.ReadAllLines(path, Encoding.Latin1))
        {
            Match match = Line().Match(line);
            if (!match.Success) continue;

            int peer = match.Groups["peer"].Success
                ? int.Parse(match.Groups["peer"].Value, CultureInfo.InvariantCulture) : 1;
            string rest = match.Groups["rest"].Value;
            steps.Add((match.Groups["kind"].Value, rest.Trim()) switch
            {
                ("i", "CONNECT") => new ScenarioStep(ScenarioStepKind.Connect, peer, null),
                ("i", "DISCONNECT") => new ScenarioStep(ScenarioStepKind.Disconnect, peer, null),
                ("e", "DISCONNECT") => new ScenarioStep(ScenarioStepKind.ExpectEnd, peer, null),
                ("I", _) => new ScenarioStep(ScenarioStepKind.Say, peer, rest),
                ("E", _) => new ScenarioStep(ScenarioStepKind.Expect, peer, rest),
                _ => throw new InvalidDataException($"{path}: {line}"),
            });
        }

        return new Scenario(Path.GetFileNameWithoutExtension(path), steps);
    }

    /// <summary>
    /// The same with an initiator as the engine: it speaks first, so a Logon that the engine answers with becomes the
    /// one it begins with, and the peer's Logon the answer. Everything after the Logons stays as it is.
    /// </summary>
    public IReadOnlyList<ScenarioStep> Mirrored()
    {
        List<ScenarioStep> mirrored = [];
        for (int i = 0; i < Steps.Count; i++)
        {
            mirrored.Add(Steps[i]);
            if (Steps[i].Kind != ScenarioStepKind.Connect) continue;

            if (i + 2 < Steps.Count && Steps[i + 2].IsLogonExpected)
            {
                mirrored.Add(Steps[i + 2]);
                mirrored.Add(Steps[i + 1]);
                i += 2;
            }
            else
            {
                mirrored.Add(new ScenarioStep(ScenarioStepKind.ExpectAnyLogon, Steps[i].Peer, null));
            }
        }

        return mirrored;
    }

    [GeneratedRegex(@"^(?<kind>[ieIE])((?<peer>\d+),)?(?<rest>.*)$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Line();

    [GeneratedRegex("\u0001108=(?<seconds>\\d+)\u0001", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex HeartbeatField();
}

internal enum ScenarioStepKind
{
    Connect,
    Disconnect,
    Say,
    Expect,
    ExpectEnd,
    ExpectAnyLogon,
}

internal sealed partial record ScenarioStep(ScenarioStepKind Kind, int Peer, string? Message)
{
    public bool IsLogonExpected =>
        Kind == ScenarioStepKind.Expect && Message!.Contains("\u000135=A\u0001", StringComparison.Ordinal);

    /// <summary>The bytes of what is said: times filled in, 9 and 10 where they are absent.</summary>
    public byte[] Bytes(DateTimeOffset now)
    {
        string text = Time().Replace(Message!, match => now.UtcDateTime
            .AddSeconds(match.Groups["offset"].Success
                ? int.Parse(match.Groups["offset"].Value, CultureInfo.InvariantCulture) : 0)
            .ToString("yyyyMMdd-HH:mm:ss", CultureInfo.InvariantCulture));
        int first = text.IndexOf('\u0001', StringComparison.Ordinal) + 1;
        int last = text.LastIndexOf("\u000110=", StringComparison.Ordinal) + 1;
        string trailer = last > 0 ? text[last..] : "";
        string body = last > 0 ? text[first..last] : text[first..];
        if (text.StartsWith("8=", StringComparison.Ordinal) && !body.StartsWith("9=", StringComparison.Ordinal))
            body = string.Create(CultureInfo.InvariantCulture, $"9={body.Length}\u0001{body}");
        string whole = text[..first] + body;
        if (trailer.Length == 0)
        {
            int sum = Encoding.Latin1.GetBytes(whole).Sum(one => one) % 256;
            trailer = string.Create(CultureInfo.InvariantCulture, $"10={sum:D3}\u0001");
        }

        return Encoding.Latin1.GetBytes(whole + trailer);
    }

    [GeneratedRegex(@"<TIME(?<offset>[+-]\d+)?>", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Time();
}
