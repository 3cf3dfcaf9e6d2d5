using Qbitel.Hsm.Software;

namespace Qbitel.Hsm.Tests.Software;

public sealed class SoftwareCardsTests : HsmCardsContract, IDisposable
{
    private readonly TokenFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync() => await _fixture.CreateAsync();
}

/// <summary>The same laws when no key stays in memory: every use reads the disk.</summary>
public sealed class UncachedSoftwareCardsTests : HsmCardsContract, IDisposable
{
    private readonly TokenFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync() =>
        await _fixture.CreateAsync(_fixture.Options with { KeysInMemory = 0 });
}

/// <summary>The same laws for keys in memory alone.</summary>
public sealed class MemoryTokenTests : HsmCardsContract
{
    protected override ValueTask<HsmProvider> OpenAsync() =>
        ValueTask.FromResult<HsmProvider>(new MemoryToken(TimeProvider.System));
}
