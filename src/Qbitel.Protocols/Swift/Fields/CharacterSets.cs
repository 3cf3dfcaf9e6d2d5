using System.Buffers;

namespace Qbitel.Protocols.Swift.Fields;

/// <summary>The sets the letters of the notation stand for.</summary>
internal static class CharacterSets
{
    private const string Digits = "0123456789", Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>Printable ASCII and line ends: what no message holds anything outside of.</summary>
    public static readonly SearchValues<byte> Any = Build(Printable() + "\r\n");

    private static readonly SearchValues<byte>
        N = Build(Digits), A = Build(Capitals), C = Build(Digits + Capitals), H = Build(Digits + "ABCDEF"),
        X = Build(Digits + Capitals + "abcdefghijklmnopqrstuvwxyz/-?:().,'+ "),
        Y = Build(Digits + Capitals + " .,-()/='+:?!\"%&*<>;"), E = Build(" "), S = Build("+-"),
        Z = Build(Printable());

    public static SearchValues<byte> Of(char kind) => kind switch
    {
        'n' => N,
        'a' => A,
        'c' => C,
        'h' => H,
        'e' => E,
        's' => S,
        'x' => X,
        'y' => Y,
        'Z' => Z,
        'z' => Any,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a letter of the notation"),
    };

    private static SearchValues<byte> Build(string characters) =>
        SearchValues.Create([.. characters.Select(c => (byte)c)]);

    private static string Printable() => new([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)]);
}
