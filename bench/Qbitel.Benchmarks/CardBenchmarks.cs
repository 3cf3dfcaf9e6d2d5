using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Cryptography.Cards.KeyBlocks;

namespace Qbitel.Benchmarks;

/// <summary>
/// Card operations with fresh keys, against one block of the platform's TripleDES and of its AES with a key that is
/// ready.
/// </summary>
[MemoryDiagnoser]
public class CardBenchmarks
{
    private const string Pan = "4761739001010119";

    private readonly byte[] _key = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");
    private readonly byte[] _aesKey = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private readonly byte[] _block = new byte[8], _pinBlock4 = new byte[16], _out8 = new byte[8], _out16 = new byte[16];
    private readonly byte[] _data = new byte[44], _unwrapped = new byte[32];
    private readonly TripleDES _platformTripleDes = TripleDES.Create();
    private readonly Aes _platformAes = Aes.Create();
    private byte[] _pinBlock0 = [];
    private string _blockB = "", _blockD = "";

    [GlobalSetup]
    public void Prepare()
    {
        _platformTripleDes.Key = [.. _key, .. _key[..8]];
        _platformAes.Key = _aesKey;
        PinBlock.Encode(PinBlockFormat.Iso0, "1234", Pan, _block);
        _pinBlock0 = _platformTripleDes.EncryptEcb(_block, PaddingMode.None);
        PinBlock4.Encrypt(_aesKey, "1234", Pan, _pinBlock4);
        KeyBlockHeader header = new()
        {
            Version = 'D',
            Usage = "P0",
            Algorithm = 'T',
            Mode = 'B',
            Exportability = 'N',
        };
        _blockD = KeyBlock.Wrap(_aesKey, header, _key);
        _blockB = KeyBlock.Wrap(_key, header with { Version = 'B' }, _key);
    }

    [Benchmark(Baseline = true)]
    public void PlatformTripleDesBlock() => _platformTripleDes.EncryptEcb(_block, _out8, PaddingMode.None);

    [Benchmark]
    public void PlatformAesBlock() => _platformAes.EncryptEcb(_pinBlock4, _out16, PaddingMode.None);

    [Benchmark]
    public ulong TripleDesBlockWithFreshKey()
    {
        TripleDes cipher = new(_key);
        ulong result = cipher.Encrypt(1);
        cipher.Clear();
        return result;
    }

    [Benchmark]
    public bool VerifyArqcWithDerivation()
    {
        Span<byte> master = stackalloc byte[16], session = stackalloc byte[16];
        EmvKeys.DeriveMasterKey(_key, Pan, "01", MasterKeyDerivation.OptionA, master);
        EmvKeys.DeriveSessionKey(master, SessionKeyDerivation.CommonSessionKey, [0, 1], [], isAes: false, session);
        return EmvCryptogram.Verify(session, _data, MacPadding.OneThenZeros, "12345678"u8);
    }

    [Benchmark]
    public void TranslatePin0To0() => PinTranslation.Translate(
        new PinKey(PinBlockFormat.Iso0, _key), _pinBlock0, new PinKey(PinBlockFormat.Iso0, _key), Pan, _out8);

    [Benchmark]
    public void TranslatePin4To4() => PinTranslation.Translate(
        new PinKey(PinBlockFormat.Iso4, _aesKey), _pinBlock4, new PinKey(PinBlockFormat.Iso4, _aesKey), Pan, _out16);

    [Benchmark]
    public int UnwrapKeyBlockB() => KeyBlock.Unwrap(_key, _blockB, _unwrapped, out _);

    [Benchmark]
    public int UnwrapKeyBlockD() => KeyBlock.Unwrap(_aesKey, _blockD, _unwrapped, out _);

    [Benchmark]
    public bool VerifyCvv() => CardVerificationValue.Verify(_key, Pan, "2812", "000", "123");
}
