using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>One tag as a type has it.</summary>
/// <param name="Tag">Number and option.</param>
/// <param name="Format">The form of its value.</param>
/// <param name="Codes">The whole values it may have; empty for any.</param>
/// <param name="IsReference">Whether slashes are barred where a reference must not have them (T26).</param>
/// <param name="Variants">S where the STP variant has it, R where only REMIT does.</param>
/// <param name="Name">What the standard calls the field.</param>
internal sealed record MtField(
    string Tag, FieldFormat Format, string[] Codes, bool IsReference, string Variants, string Name)
{
    public byte[][] CodeBytes { get; } = [.. Codes.Select(code => code.Select(c => (byte)c).ToArray())];

    public bool Allows(ReadOnlySpan<byte> value)
    {
        foreach (byte[] code in CodeBytes) if (value.SequenceEqual(code)) return true;
        return CodeBytes.Length == 0;
    }
}
