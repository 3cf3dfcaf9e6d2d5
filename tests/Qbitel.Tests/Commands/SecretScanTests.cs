using System.Security.Cryptography;
using System.Text;
using Qbitel.Testing;

namespace Qbitel.Tests.Commands;

/// <summary>The search itself: it finds what is there, so that finding nothing says something.</summary>
public sealed class SecretScanTests
{
    [Fact]
    public void Any_24_bytes_of_a_key_are_found_in_every_form_at_every_place()
    {
        byte[] key = RandomNumberGenerator.GetBytes(100);
        SecretScan scan = new();
        scan.AddKey("key", key);
        for (int from = 0; from + 24 <= key.Length; from++)
        {
            for (int before = 0; before < 4; before++)
            {
                byte[] text = [.. RandomNumberGenerator.GetBytes(before), .. key[from..(from + 24)], 1, 2, 3];
                foreach (byte[] form in (byte[][])[text, Ascii(Convert.ToHexString(text)),
                    Ascii(Convert.ToHexStringLower(text)),
                    Ascii(Convert.ToBase64String(text)),
                        Ascii(Convert.ToBase64String(text).Replace('+', '-').Replace('/', '_'))])
                {
                    Assert.Equal(["key"], scan.In(form));
                }
            }
        }

        Assert.Empty(scan.In(RandomNumberGenerator.GetBytes(100_000)));
    }

    [Fact]
    public void A_text_is_found_in_every_form_at_every_place()
    {
        const string Pin = "4711-pin-of-a-test";
        SecretScan scan = new();
        scan.AddText("PIN", Pin);
        for (int before = 0; before < 4; before++)
        {
            byte[] text = [.. RandomNumberGenerator.GetBytes(before), .. Ascii(Pin), 1];
            foreach (byte[] form in (byte[][])[text, Ascii(Convert.ToHexString(text)),
                Ascii(Convert.ToHexStringLower(text)),
                Ascii(Convert.ToBase64String(text))])
            {
                Assert.Equal(["PIN"], scan.In(form));
            }
        }
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
