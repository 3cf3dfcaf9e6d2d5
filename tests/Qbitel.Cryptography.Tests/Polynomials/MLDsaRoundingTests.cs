using System.Globalization;
using System.Text;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Tests.Polynomials;

public sealed class MLDsaRoundingTests
{
    private const int Gamma2Of44 = (MLDsaRing.Q - 1) / 88;
    private const int Gamma2Of65And87 = (MLDsaRing.Q - 1) / 32;

    // C2SP/CCTV, ML-DSA/accumulated, "Field operation tests": twelve decimal lines for every r, hashed.
    [Fact]
    public void Every_element_of_the_field_gives_the_published_digest()
    {
        Sponge accumulator = Sponge.Shake128();
        Span<byte> lines = stackalloc byte[256];
        int[] r = new int[1], t1 = new int[1], t0 = new int[1];
        for (r[0] = 0; r[0] < MLDsaRing.Q; r[0]++)
        {
            MLDsaRounding.Power2Round(r, t1, t0);
            int centred = r[0] > MLDsaRing.Q / 2 ? r[0] - MLDsaRing.Q : r[0];
            int size = 0;
            Write(lines, ref size, centred);
            Write(lines, ref size, Math.Abs(centred));
            Write(lines, ref size, t1[0]);
            Write(lines, ref size, t0[0] < 0 ? t0[0] + MLDsaRing.Q : t0[0]);
            foreach (int gamma2 in (ReadOnlySpan<int>)[Gamma2Of44, Gamma2Of65And87])
            {
                Write(lines, ref size, MLDsaRounding.Decompose(r[0], gamma2, out int low));
                Write(lines, ref size, MLDsaRounding.UseHint(1, r[0], gamma2));
                Write(lines, ref size, low);
                Write(lines, ref size, Math.Abs(low));
            }

            accumulator.Absorb(lines[..size]);
        }

        byte[] digest = new byte[32];
        accumulator.Squeeze(digest);
        Assert.Equal("f930663417278156ab05d940294a77210a809c924d8ab63ec72f4526247602c7",
            Convert.ToHexStringLower(digest));
    }

    [Theory]
    [InlineData(Gamma2Of44)]
    [InlineData(Gamma2Of65And87)]
    public void UseHint_without_a_hint_gives_the_high_bits(int gamma2)
    {
        for (int r = 0; r < MLDsaRing.Q; r += 97)
            Assert.Equal(MLDsaRounding.Decompose(r, gamma2, out _), MLDsaRounding.UseHint(0, r, gamma2));
    }

    private static void Write(Span<byte> lines, ref int size, int value)
    {
        Assert.True(value.TryFormat(lines[size..], out int written, provider: CultureInfo.InvariantCulture));
        size += written;
        lines[size++] = (byte)'\n';
    }
}
