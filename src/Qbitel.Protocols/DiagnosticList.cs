namespace Qbitel.Protocols;

/// <summary>
/// Findings in the order they were made, cut off at a limit so that hostile input cannot fill memory with them.
/// </summary>
internal sealed class DiagnosticList
{
    public const int Limit = 1000;

    private List<Diagnostic>? _found;
    private int _errors;

    public bool HasErrors => _errors > 0;

    public bool IsFull => _found is not null && _found.Count > Limit;

    public IReadOnlyList<Diagnostic> Found => _found is null ? [] : _found;

    public void Add(Diagnostic diagnostic)
    {
        if (IsFull) return;

        _found ??= [];
        if (diagnostic.Severity == Severity.Error) _errors++;
        if (_found.Count < Limit)
        {
            _found.Add(diagnostic);
            return;
        }

        _errors++;
        _found.Add(new Diagnostic("Common.TooManyErrors", Severity.Error,
            "more findings than are reported; the first ones are listed")
        {
            Offset = diagnostic.Offset,
            Expected = $"at most {Limit} findings",
        });
    }

    /// <summary>Makes every warning an error, as a strict reader has it.</summary>
    public void Harden()
    {
        for (int i = 0; _found is not null && i < _found.Count; i++)
        {
            if (_found[i].Severity != Severity.Warning) continue;
            _found[i] = _found[i] with { Severity = Severity.Error };
            _errors++;
        }
    }

    public void AddRange(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (Diagnostic diagnostic in diagnostics) Add(diagnostic);
    }
}
