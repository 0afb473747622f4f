using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>
/// Assemblies that earlier installations compiled, so that the next one compiles only what has changed. Nothing depends on it: where the folder cannot be
/// read or written, everything is compiled.
/// </summary>
/// <param name="folder">Where they are kept; made when it is needed.</param>
internal sealed class CompiledCache(string folder)
{
    // An installation compiles twenty, which take 50 MB.
    private const int Kept = 60;

    /// <summary>The user's own.</summary>
    public static CompiledCache OfUser { get; } = new(Path.Combine(Path.GetDirectoryName(PackageCache.Folder)!, "compiled"));

    /// <summary>The name of a compiled assembly: the same one for the same assembly, beside the same others, compiled in the same way.</summary>
    /// <param name="assembly">What is compiled; assemblies it refers to lie beside it.</param>
    /// <param name="settings">How it is compiled.</param>
    public static string Key(string assembly, string settings)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        var metadata = reader.GetMetadataReader();
        var beside = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Select(name => Path.Combine(Path.GetDirectoryName(assembly)!, name + ".dll"))
            .Where(File.Exists).Order(StringComparer.Ordinal);
        var text = string.Join('\n', beside.Prepend(assembly).Select(file => $"{Path.GetFileName(file)} {Identity(file)}").Prepend(settings));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Copies what is kept under a key to a file; false where there is nothing, or it is damaged.</summary>
    public bool TryCopy(string key, string to)
    {
        try
        {
            var entry = File.ReadAllBytes(PathOf(key));
            if (entry.Length < SHA256.HashSizeInBytes || !Checksum(entry.AsSpan(SHA256.HashSizeInBytes)).SequenceEqual(entry.AsSpan(0, SHA256.HashSizeInBytes)))
                return false;
            using var file = File.Create(to);
            file.Write(entry.AsSpan(SHA256.HashSizeInBytes));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Keeps a compiled assembly under a key.</summary>
    public void Add(string key, string file) => IfWritable(() =>
    {
        var content = File.ReadAllBytes(file);
        // Written beside and renamed: another installation finds the whole of it or nothing.
        var part = $"{PathOf(key)}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(folder);
        using (var entry = File.Create(part))
        {
            entry.Write(Checksum(content));
            entry.Write(content);
        }
        File.Move(part, PathOf(key), overwrite: true);
    });

    /// <summary>Marks what was used, and removes what was not used for longest where there is too much.</summary>
    public void Tidy(IEnumerable<string> used) => IfWritable(() =>
    {
        foreach (var file in used.Select(PathOf).Where(File.Exists))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
        foreach (var file in new DirectoryInfo(folder).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc).Skip(Kept))
            file.Delete();
    });

    private string PathOf(string key) => Path.Combine(folder, key);

    private static byte[] Checksum(ReadOnlySpan<byte> content) => SHA256.HashData(content);

    private static Guid Identity(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        var metadata = reader.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }

    private static void IfWritable(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the next installation compiles again.
        }
    }
}
