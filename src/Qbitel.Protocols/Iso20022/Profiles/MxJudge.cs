namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>Puts what rules find into a list, by the mode and the day.</summary>
internal sealed class MxJudge(DiagnosticList findings, ParseMode mode, DateOnly day)
{
    /// <param name="rule">What is asked.</param>
    /// <param name="node">The element it looks at.</param>
    /// <param name="message">The message it is in.</param>
    public void Judge(MxRule rule, int node, MxElement message)
    {
        if (rule.SeverityOn(day, mode) is not { } severity || !rule.Applies(message.Text, node)) return;
        if (rule.Target is { } target && (node = target.Find(message.Text, node)) < 0) return;
        if (rule.Check.Fault(message.Text, node) is not (>= 0 and int at)) return;

        MxElement fault = message.Of(at);
        findings.Add(Finding(rule.Code, severity, rule.Message, fault, rule.Check.Expected, rule.Check.Actual(fault)));
    }

    public static Diagnostic Finding(string code, Severity severity, string message, MxElement at, string expected,
        string actual) => new(code, severity, message)
        {
            Path = at.Path,
            Field = at.Name,
            Line = at.Line,
            Column = at.Column,
            Expected = expected,
            Actual = actual,
        };
}
