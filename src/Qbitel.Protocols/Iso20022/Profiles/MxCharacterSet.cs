using System.Buffers;
using System.Text;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>A set of characters a rail restricts texts to.</summary>
internal sealed class MxCharacterSet
{
    private const string Alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private static readonly MxCharacterSet[] All =
    [
        // The set of FIN, publicly known as X, which SEPA calls the Latin character set (EPC217-08).
        new("x", Alphanumeric + "/-?:().,'+ ", "letters, digits, space and / - ? : ( ) . , ' +"),
        // What CBPR+ and the high-value systems of CPMI add for names, addresses and remittance.
        new("x-extended", Alphanumeric + "/-?:().,'+ !#$%&*=^_`{|}~\";<>@[\\]\r\n",
            "printable ASCII characters"),
    ];

    private readonly SearchValues<byte> _characters;

    private MxCharacterSet(string name, string characters, string description)
    {
        Name = name;
        Description = description;
        _characters = SearchValues.Create(Encoding.ASCII.GetBytes(characters));
    }

    public string Name { get; }

    public string Description { get; }

    public static MxCharacterSet? Find(string name) => Array.Find(All, set => set.Name == name);

    /// <param name="text">In UTF-8; every set is of ASCII.</param>
    public bool Holds(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(_characters);
}
