// Writes the three forms of Keccak-f[1600] in src/Qbitel.Cryptography/Hashing: scalar, AVX2 and AVX-512.
// A development tool, run by hand when the form changes:  dotnet run build/keccak.cs src/Qbitel.Cryptography/Hashing

string folder = args[0];
const string X86 = "using System.Runtime.Intrinsics;\nusing System.Runtime.Intrinsics.X86;\n";

const string Interleaved = "/// <summary>Four states, interleaved: lane i of state j is element 4i + j.</summary>";
const string Strided =
    "/// <summary>One state: lane i is <paramref name=\"stride\"/> · i elements after "
    + "<paramref name=\"first\"/>.</summary>";

// FIPS 202, table 2, modulo 64.
int[] rotations = [0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14];

string scalar = Permutation(
    Strided,
    "Permute(ref ulong first, int stride)",
    "ulong",
    load: i => $"Unsafe.Add(ref first, stride * {i})",
    store: i => $"Unsafe.Add(ref first, stride * {i}) = a{i};",
    constant: r => r,
    rotate: (a, n) => $"BitOperations.RotateLeft({a}, {n})",
    chi: (a, b, c) => $"{a} ^ (~{b} & {c})");

// A rotation by whole bytes is one shuffle; any other takes three instructions.
string avx2 = Permutation(
    Interleaved,
    "PermuteFour(ref ulong first)",
    "Vector256<ulong>",
    load: i => $"Vector256.LoadUnsafe(ref first, {4 * i})",
    store: i => $"a{i}.StoreUnsafe(ref first, {4 * i});",
    constant: r => $"Vector256.Create({r})",
    rotate: (a, n) => n is 8 or 56 ? $"Avx2.Shuffle(({a}).AsByte(), by{n}).AsUInt64()" : $"Rotate({a}, {n}, {64 - n})",
    chi: (a, b, c) => $"{a} ^ Avx2.AndNot({b}, {c})",
    sum: null,
    $"Vector128<byte> bytes8 = {Bytes(7)}, bytes56 =",
    $"    {Bytes(1)};",
    "Vector256<byte> by8 = Vector256.Create(bytes8, bytes8), by56 = Vector256.Create(bytes56, bytes56);");

int[] widths = [128, 256];
string[] avx512 = [.. widths.Select(bits => Permutation(
    bits == 128
        ? "/// <summary>One state of 25 lanes, each in the low half of a vector of two.</summary>"
        : Interleaved,
    (bits == 128 ? "Permute" : "PermuteFour") + "(ref ulong first)",
    $"Vector{bits}<ulong>",
    load: i => bits == 128
        ? $"Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, {i}))" : $"Vector256.LoadUnsafe(ref first, {4 * i})",
    store: i => bits == 128
        ? $"Unsafe.Add(ref first, {i}) = a{i}.ToScalar();" : $"a{i}.StoreUnsafe(ref first, {4 * i});",
    constant: r => bits == 128 ? $"Vector128.CreateScalarUnsafe({r})" : $"Vector256.Create({r})",
    rotate: (a, n) => $"Avx512F.VL.RotateLeft({a}, {n})",
    chi: (a, b, c) => $"Avx512F.VL.TernaryLogic({a}, {b}, {c}, Chi)",
    sum: (a, b, c) => $"Avx512F.VL.TernaryLogic({a}, {b}, {c}, Sum)"))];

Write("KeccakScalar", "using System.Numerics;\n", "in plain 64-bit integers, for any processor", scalar);
string usings2 = "using System.Diagnostics.CodeAnalysis;\n" + X86;
Write("KeccakAvx2", usings2, "over vectors of four lanes, with AVX2", avx2 + """

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Rotate(
        Vector256<ulong> a, [ConstantExpected] byte left, [ConstantExpected] byte right) =>
        Avx2.ShiftLeftLogical(a, left) | Avx2.ShiftRightLogical(a, right);

""");
Write("KeccakAvx512", X86, "with the rotations and the logic of AVX-512VL", """
    private const byte Sum = 0x96; // a ^ b ^ c
    private const byte Chi = 0xD2; // a ^ (~b & c)


""" + avx512[0] + "\n" + avx512[1]);

// The shuffle of each eight bytes that takes byte i from byte i + shift.
string Bytes(int shift) =>
    $"Vector128.Create((byte){string.Join(", ", Enumerable.Range(0, 16).Select(i => (i & 8) + ((i + shift) & 7)))})";

void Write(string name, string usings, string what, string body) =>
    File.WriteAllText(Path.Combine(folder, name + ".cs"), $$"""
        {{Sorted(usings + "using System.Runtime.CompilerServices;")}}

        namespace Qbitel.Cryptography.Hashing;

        /// <summary>FIPS 202, Algorithm 7: Keccak-p[1600, 24] {{what}}.</summary>
        /// <remarks>Written by build/keccak.cs: change that and run it again.</remarks>
        internal static class {{name}}
        {
        {{body}}}

        """);

string Sorted(string usings) =>
    string.Join("\n", usings.Split('\n').OrderBy(line => line[..^1], StringComparer.Ordinal));

string Permutation(
    string summary, string signature, string type, Func<int, string> load, Func<int, string> store,
    Func<string, string> constant, Func<string, int, string> rotate, Func<string, string, string, string> chi,
    Func<string, string, string, string>? sum = null, params string[] prologue)
{
    List<string> lines =
    [
        summary, "[MethodImpl(MethodImplOptions.AggressiveOptimization)]", $"public static void {signature}", "{",
        "    ReadOnlySpan<ulong> constants = Keccak.RoundConstants;",
        .. prologue.Select(line => "    " + line),
        .. Enumerable.Range(0, 25).Select(i => $"    {type} a{i} = {load(i)};"),
        .. Enumerable.Range(0, 5).Select(y =>
            $"    {type} e{5 * y}, e{(5 * y) + 1}, e{(5 * y) + 2}, e{(5 * y) + 3}, e{(5 * y) + 4};"),
        $"    {type} b0, b1, b2, b3, b4, c0, c1, c2, c3, c4, d0, d1, d2, d3, d4;",
        "",
        "    for (int round = 0; round < constants.Length; round += 2)",
        "    {",
        .. Round("a", "e", constant("constants[round]"), rotate, chi, sum),
        "",
        .. Round("e", "a", constant("constants[round + 1]"), rotate, chi, sum),
        "    }",
        "",
        .. Enumerable.Range(0, 25).Select(i => "    " + store(i)),
        "}",
    ];
    return string.Concat(lines.Select(line => line.Length == 0 ? "\n" : $"    {line}\n"));
}

// Each row takes its lanes after theta, rho and pi (b0 … b4) and leaves them after chi.
IEnumerable<string> Round(
    string from, string to, string constant, Func<string, int, string> rotate,
    Func<string, string, string, string> chi, Func<string, string, string, string>? sum)
{
    List<string> lines = [];
    for (int x = 0; x < 5; x++)
    {
        string[] column = [.. Enumerable.Range(0, 5).Select(y => $"{from}{(5 * y) + x}")];
        string all = sum is null
            ? string.Join(" ^ ", column) : sum(sum(column[0], column[1], column[2]), column[3], column[4]);
        lines.Add($"c{x} = {all};");
    }

    // With a sum of three, theta adds both its columns to each lane at once: d is only the rotated one.
    for (int x = 0; x < 5; x++)
        lines.Add($"d{x} = {(sum is null ? $"c{(x + 4) % 5} ^ " : "")}{rotate($"c{(x + 1) % 5}", 1)};");

    for (int y = 0; y < 5; y++)
    {
        lines.Add("");
        for (int x = 0; x < 5; x++)
        {
            // pi: what comes to (x, y) was at (x + 3y, x).
            int column = (x + (3 * y)) % 5, source = (5 * x) + column;
            string lane = sum is null
                ? $"{from}{source} ^ d{column}" : sum($"{from}{source}", $"c{(column + 4) % 5}", $"d{column}");
            lines.Add($"b{x} = {(rotations[source] == 0 ? lane : rotate(lane, rotations[source]))};");
        }

        for (int x = 0; x < 5; x++)
        {
            string lane = chi($"b{x}", $"b{(x + 1) % 5}", $"b{(x + 2) % 5}");
            lines.Add($"{to}{(5 * y) + x} = {lane}{(x + y == 0 ? $" ^ {constant}" : "")};");
        }
    }

    return lines.Select(line => line.Length == 0 ? line : $"        {line}");
}
