using System.Runtime.InteropServices;
using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583;

/// <summary>A profile's fields as one encoding sends them.</summary>
internal sealed class Iso8583Plan
{
    private readonly FieldShape[] _shapes = new FieldShape[Iso8583Profile.MostFields + 1];

    public Iso8583Plan(Iso8583Profile profile, Iso8583Encoding encoding)
    {
        Profile = profile;
        Encoding = encoding;
        for (int number = 2; number <= Iso8583Profile.MostFields; number++)
        {
            if (profile.Field(number) is { } rule) _shapes[number] = rule.Shape(encoding);
        }
    }

    public Iso8583Profile Profile { get; }

    public Iso8583Encoding Encoding { get; }

    /// <summary>How a field is sent that the profile has.</summary>
    public ref readonly FieldShape Shape(int number) => ref _shapes[number];
}

/// <summary>Where the parts of a message before its fields lie.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Iso8583Layout(int MtiOffset, int BitmapOffset, int FieldsOffset)
{
    /// <summary>One bit for every field up to 192, that of field 1 the highest of the first.</summary>
    public ulong First { get; init; }

    public ulong Second { get; init; }

    public ulong Third { get; init; }

    public bool Has(int number) =>
        ((number <= 64 ? First >> (64 - number) : number <= 128 ? Second >> (128 - number) : Third >> (192 - number))
            & 1) != 0;
}
