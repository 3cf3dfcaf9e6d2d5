using Qbitel.Cryptography;
using Qbitel.Hsm.Software;

namespace Qbitel.Hsm.Tests.Software;

/// <summary>The other process: works on a token and says on its output what has been acknowledged to it.</summary>
internal static class TokenWorker
{
    public const string Churn = "token-churn";
    public const string Generate = "token-generate";
    public const string Encrypt = "token-encrypt";

    public static string KeyFile(string folder, int number) => $"{folder}.secret{number}";

    /// <summary>Makes, uses and destroys keys and changes the token's secret, for ever.</summary>
    public static async Task<int> ChurnAsync(string folder)
    {
        int current = 0;
        await using SoftwareToken token = await OpenAsync(folder, current);
        HsmKey cipher = await token.GenerateKeyAsync(
            TokenFixture.Id(1_000_000), CipherAlgorithm.Aes256Gcm, CancellationToken.None);
        for (int i = 1; ; i++)
        {
            HsmKey key = await token.GenerateKeyAsync(
                TokenFixture.Id(i), i % 2 == 0
                    ? SignatureAlgorithm.EcdsaP256 : CipherAlgorithm.Aes256Gcm, CancellationToken.None);
            Say($"made {i} {Convert.ToHexString(key.CheckValue.Span)}");
            for (int n = 0; n < 20; n++) await token.EncryptAsync(cipher, default, default, CancellationToken.None);
            Say($"encrypted {i * 20}");

            if (i % 3 == 0)
            {
                Say($"destroying {i - 1}");
                await token.DestroyAsync(TokenFixture.Id(i - 1), CancellationToken.None);
                Say($"destroyed {i - 1}");
            }

            if (i % 5 == 0)
            {
                using TokenSecret from = TokenSecret.FromKeyFile(KeyFile(folder, current));
                using TokenSecret to = TokenSecret.FromKeyFile(KeyFile(folder, 1 - current));
                Say($"changing {1 - current}");
                await SoftwareToken.ChangeSecretAsync(Options(folder), from, to, CancellationToken.None);
                current = 1 - current;
                Say($"changed {current}");
            }
        }
    }

    /// <summary>Asks for the keys 1 to <paramref name="count"/>, as others do at the same time.</summary>
    public static async Task<int> GenerateAsync(string folder, int count)
    {
        await using SoftwareToken token = await OpenAsync(folder, 0);
        for (int i = 1; i <= count; i++)
        {
            HsmKey key = await token.GenerateKeyAsync(
                TokenFixture.Id(i), SignatureAlgorithm.EcdsaP256, CancellationToken.None);
            Say($"made {i} {Convert.ToHexString(key.CheckValue.Span)}");
        }

        return 0;
    }

    /// <summary>Encrypts until the key is exhausted or <paramref name="count"/> is reached.</summary>
    public static async Task<int> EncryptAsync(string folder, int count)
    {
        await using SoftwareToken token = await OpenAsync(folder, 0);
        HsmKey key = (await token.FindAsync(TokenFixture.Id(1), CancellationToken.None))!;
        int made = 0;
        try
        {
            for (; made < count; made++) await token.EncryptAsync(key, default, default, CancellationToken.None);
        }
        catch (HsmException e) when (e.Failure == HsmFailure.Exhausted)
        {
        }

        Say($"encrypted {made}");
        return 0;
    }

    public static SoftwareTokenOptions Options(string folder) =>
        new() { Folder = folder, EncryptionsPerKey = 1_000_000 };

    public static async ValueTask<SoftwareToken> OpenAsync(string folder, int secret)
    {
        using TokenSecret keyFile = TokenSecret.FromKeyFile(KeyFile(folder, secret));
        return await SoftwareToken.OpenAsync(
            Options(folder), keyFile, TimeProvider.System, null, CancellationToken.None);
    }

    private static void Say(string line)
    {
        Console.WriteLine(line);
        Console.Out.Flush();
    }
}
