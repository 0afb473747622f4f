using CourseKit.Kernel.Jupyter.Install;

namespace CourseKit.Kernel.Tests.Jupyter;

/// <summary>The installation of a program with one assembly, which takes a moment to compile.</summary>
public sealed class KernelInstallerTests : IDisposable
{
    private const string Assembly = "AsyncIO.dll";

    private readonly string _folder = Directory.CreateTempSubdirectory("coursekit").FullName;
    private readonly string _source;
    private readonly KernelPlace _place;

    public KernelInstallerTests()
    {
        _source = Directory.CreateDirectory(Path.Combine(_folder, "source")).FullName;
        _place = new(Path.Combine(_folder, "jupyter"), KernelPlace.DefaultName);
        File.WriteAllText(Path.Combine(_source, "program"), "");
        File.Copy(Path.Combine(AppContext.BaseDirectory, Assembly), Path.Combine(_source, Assembly));
    }

    private string Entries => Path.Combine(_folder, "compiled");

    private string Entry => Directory.GetFiles(Entries).Single();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_compiled_before_is_taken_from_the_cache()
    {
        var compiled = await InstallAsync();
        Assert.True(compiled.Length > new FileInfo(Path.Combine(_source, Assembly)).Length);
        File.WriteAllText(Path.Combine(_folder, "other"), "not what the compiler makes");
        new CompiledCache(Entries).Add(Path.GetFileName(Entry), Path.Combine(_folder, "other"));

        Assert.Equal("not what the compiler makes"u8.ToArray(), await InstallAsync());
    }

    [Fact]
    public async Task What_is_damaged_in_the_cache_is_compiled_anew_to_the_same_bytes()
    {
        var compiled = await InstallAsync();
        var kept = await File.ReadAllBytesAsync(Entry, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Entry, kept[..^100], TestContext.Current.CancellationToken);

        Assert.Equal(compiled, await InstallAsync());
        Assert.Equal(kept, await File.ReadAllBytesAsync(Entry, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_folder_for_the_cache_everything_is_compiled()
    {
        await File.WriteAllTextAsync(Entries, "a file where the folder would be", TestContext.Current.CancellationToken);
        Assert.True((await InstallAsync()).Length > new FileInfo(Path.Combine(_source, Assembly)).Length);
    }

    private async Task<byte[]> InstallAsync()
    {
        var installer = new KernelInstaller(_place) { Cache = new(Entries) };
        var installation = await installer.InstallAsync(
            Path.Combine(_source, "program"), "0.0.0", checkout: null, compile: true, new Progress<string>(), TestContext.Current.CancellationToken);
        Assert.SkipUnless(installation.NotCompiled is null, $"The compiler cannot be had here: {installation.NotCompiled}");
        return await File.ReadAllBytesAsync(Path.Combine(_place.Folder, "bin", Assembly), TestContext.Current.CancellationToken);
    }
}
