namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>Puts what rules find into a list, by the mode and the day.</summary>
internal sealed class MxJudge(DiagnosticList findings, ParseMode mode, DateOnly day)
{
    public void Judge(MxRule rule, MxElement at)
    {
        if (rule.SeverityOn(day, mode) is not { } severity || !rule.Holds(at)) return;
        if ((rule.Target is null ? at : rule.Target.Find(at)) is not { } looked) return;
        if (rule.Test.Fault(looked) is not { } fault) return;

        findings.Add(Finding(rule.Code, severity, rule.Message, fault, rule.Test.Expected, rule.Test.Actual(fault)));
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
