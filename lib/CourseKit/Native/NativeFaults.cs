namespace CourseKit.Native;

/// <summary>Says why a native library on Linux does not load: the file, what it needs, and what the system has.</summary>
internal static class NativeFaults
{
    // The symbol versions of larger files are not read. For such a file, the message of the system's loader names the missing version.
    private const long LargestRead = 64 << 20;

    /// <summary>Looks at a library and at all libraries that it needs. Names the first file that is not whole; null if all are whole.
    /// Loading a file that is not whole might end the process instead of failing.</summary>
    /// <param name="library">The library.</param>
    /// <param name="folders">The folders that hold the libraries it needs, besides the folders of the system.</param>
    public static string? Damage(string library, params IReadOnlyList<string> folders)
    {
        try
        {
            foreach (var _ in Closure(library, folders)) { }
            return null;
        }
        catch (InvalidDataException error)
        {
            return error.Message;
        }
    }

    /// <summary>
    /// Looks at a library and at all libraries that it needs. Names the first missing file or missing symbol version; null if nothing is missing.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static string? Missing(Machine machine, string library, params IReadOnlyList<string> folders)
    {
        foreach (var (path, elf) in Closure(library, folders))
        {
            if (elf.Needs.FirstOrDefault(name => Beside(name, folders) is null && machine.SystemLibrary(name) is null) is { } file)
                return $"{path}: needs {file}, which is neither in {string.Join(" nor ", folders)} nor among the system's libraries.";
            if (Length(path) <= LargestRead && UnmetVersion(machine, path) is { } version)
                return version;
        }
        return null;
    }

    /// <summary>
    /// The newest version within one family of symbols, e.g. GLIBCXX, among the versions that a library offers or needs.
    /// </summary>
    public static string? Newest(IEnumerable<string> versions, string family) => versions.Where(version => Family(version) == family).MaxBy(Number);

    private static IEnumerable<(string Path, ElfFile Elf)> Closure(string library, IReadOnlyList<string> folders)
    {
        var paths = new List<string> { library };
        for (var i = 0; i < paths.Count; i++)
        {
            var elf = ElfFile.Read(paths[i]);
            paths.AddRange(elf.Needs.Select(name => Beside(name, folders)).OfType<string>().Except(paths));
            yield return (paths[i], elf);
        }
    }

    private static string? Beside(string name, IReadOnlyList<string> folders) => folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(Machine.IsFile);

    private static string? UnmetVersion(Machine machine, string library)
    {
        foreach (var group in ElfSymbolVersions.ReadNeeded(library).Where(need => !need.IsWeak).GroupBy(need => need.Library))
        {
            if (machine.SystemLibrary(group.Key) is not { } system)
                continue;
            var offered = ElfSymbolVersions.ReadDefined(system);
            var missing = group.Select(need => need.Version).Except(offered).ToList();
            if (missing.Count == 0)
                continue;
            var asked = missing.MaxBy(Number)!;
            return $"{library}: asks {group.Key} for {asked}, but {system} ends at {Newest(offered, Family(asked)) ?? "none of that name"}.";
        }
        return null;
    }

    // Of the file itself: FileInfo gives the length of a link, and a build's libraries may be links into the package cache.
    private static long Length(string path)
    {
        using var file = File.OpenHandle(path);
        return RandomAccess.GetLength(file);
    }

    private static string Family(string version) => version.Split('_')[0];

    // GLIBCXX_3.4.32 -> 3.4.32, so that 3.4.9 comes before 3.4.32.
    private static Version Number(string version)
    {
        var text = version[(version.IndexOf('_', StringComparison.Ordinal) + 1)..];
        return Version.TryParse(text.Contains('.', StringComparison.Ordinal) ? text : text + ".0", out var number) ? number : new Version();
    }
}
