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
