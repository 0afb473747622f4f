using CourseKit.Common;
using CourseKit.Native;

namespace CourseKit.Tests;

public sealed class NativeBackendTests : IDisposable
{
    private const string Version = "GLIBCXX_3.4.32";
    private static readonly string Built = Path.Combine(NativeBackend.Folder, "libLibTorchSharp.so");
    private readonly string folder = Directory.CreateTempSubdirectory("native").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_build_output_loads_and_computes()
    {
        NativeBackend.Load();
        using var sum = TorchSharp.torch.ones(3).sum();
        Assert.Equal(3f, sum.item<float>());
    }

    [Fact]
    public void The_build_made_a_copy_with_one_weak_need_and_left_the_package_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "symbol versions are a matter of Linux");
        Assert.Null(new FileInfo(Built).LinkTarget);
        Assert.Equal([Version], ElfSymbolVersions.ReadNeeded(Built).Where(need => need.IsWeak).Select(need => need.Version));
    }

    [Fact]
    public void Weakening_changes_one_byte_of_a_copy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "symbol versions are a matter of Linux");
        var strong = Strong();
        var before = File.ReadAllBytes(strong);
        var target = Path.Combine(folder, "weak.so");
        ElfSymbolVersions.Weaken(strong, target, Version);
        var after = File.ReadAllBytes(target);
        Assert.Equal(before, File.ReadAllBytes(strong));
        Assert.Equal(1, before.Zip(after).Count(pair => pair.First != pair.Second));
        Assert.Equal(File.ReadAllBytes(Built), after);
    }

    [Theory]
    [InlineData("empty", "not an ELF file")]
    [InlineData("text", "not an ELF file")]
    [InlineData("header", "truncated")]
    [InlineData("half", "truncated")]
    [InlineData("32-bit", "class 1")]
    [InlineData("other version", "asks for no symbol version GLIBCXX_9.9.9")]
    public void A_wrong_file_is_left_untouched_with_a_clear_error(string fault, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "symbol versions are a matter of Linux");
        var good = File.ReadAllBytes(Built);
        var bytes = fault switch
        {
            "empty" => [],
            "text" => "#!/bin/sh\necho no library\n"u8.ToArray(),
            "header" => good[..40],
            "half" => good[..(good.Length / 2)],
            "32-bit" => [.. good[..4], 1, .. good[5..]],
            _ => good,
        };
        var source = Path.Combine(folder, "wrong.so");
        var target = Path.Combine(folder, "target.so");
        File.WriteAllBytes(source, bytes);
        var error = Assert.Throws<InvalidDataException>(
            () => ElfSymbolVersions.Weaken(source, target, fault == "other version" ? "GLIBCXX_9.9.9" : Version));
        Assert.Contains(source, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(source));
        Assert.Equal([source], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_missing_library_names_the_build_command()
    {
        var error = Assert.Throws<NativeBackendException>(() => NativeBackend.Load(Path.Combine(folder, "libLibTorchSharp.so")));
        Assert.Contains("dotnet build -c Release", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_asks_for_too_new_a_symbol_names_version_asked_and_found()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "symbol versions are a matter of Linux");
        // Raises the need of one version to one that no system has: same length, so that no offset moves; the hash no longer matches either.
        var text = File.ReadAllBytes(Built);
        var at = text.AsSpan().IndexOf("GLIBCXX_3.4.30\0"u8);
        "GLIBCXX_3.4.99"u8.CopyTo(text.AsSpan(at));
        var hash = text.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x40, 0xf8, 0x97, 0x02]);
        text[hash] ^= 0xff;
        var library = Path.Combine(folder, "libLibTorchSharp.so");
        File.WriteAllBytes(library, text);
        foreach (var native in Directory.GetFiles(NativeBackend.Folder, "lib*.so*").Where(file => file != Built))
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(native)), native);
        var error = Assert.Throws<NativeBackendException>(() => NativeBackend.Load(library));
        Assert.Matches("asks libstdc\\+\\+.so.6 for GLIBCXX_3.4.99, but .*libstdc\\+\\+.so.6 ends at GLIBCXX_3\\.4\\.[0-9]+", error.Message);
    }

    // A copy of the built library with the weak flag taken back: what the package holds.
    private string Strong()
    {
        var bytes = File.ReadAllBytes(Built);
        bytes[ElfSymbolVersions.ReadNeeded(Built).Single(need => need.Version == Version).FlagsOffset] = 0;
        var path = Path.Combine(folder, "strong.so");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
