using System.Xml.Linq;
using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>
/// Where a notebook's packages come from: the sources of each nuget.config in its folder and the folders above, those of the user, and the sources
/// that <c>#i</c> added.
/// </summary>
/// <param name="folder">The notebook's folder.</param>
internal sealed class PackageSources(string folder)
{
    private readonly List<(string Written, string Address)> added = [];

    /// <summary>The URLs and absolute folders that <c>#i</c> added.</summary>
    public IEnumerable<string> Added => added.Select(source => source.Address);

    /// <summary>The notebook's folder, where the search for a nuget.config starts.</summary>
    public string Folder => folder;

    /// <summary>Adds a source.</summary>
    /// <param name="source">A URL with https, or a folder. A relative folder starts from the notebook's folder, and <c>~</c> is the user's home.</param>
    /// <exception cref="ReferenceException">It is neither, or the folder is not there.</exception>
    public void Add(string source)
    {
        var address = Address(source);
        if (!Added.Contains(address))
            added.Add((source, address));
    }

    /// <summary>What the sources are; another text means that a floating version may be another one.</summary>
    public string Key() => string.Join(';', Configurations().SelectMany(file => new[] { file, File.ReadAllText(file) }).Concat(Added));

    /// <summary>
    /// Finds the source that an error of the SDK speaks of, and returns its name with what to do. A source that <c>#i</c> added is left out from now
    /// on: its line may have a typing error, and then no package could be fetched until the session ends. Null if no source is known to be meant.
    /// </summary>
    public (string Name, string Remedy)? Blame(string error)
    {
        if (added.FirstOrDefault(source => error.Contains(source.Address, StringComparison.Ordinal)) is { Address: not null } blamed)
        {
            added.Remove(blamed);
            return ($"'{blamed.Written}'", $"It is left out from now on. Mend or repeat #i \"nuget: {blamed.Written}\" to use it.");
        }
        foreach (var file in Configurations())
        {
            var source = XDocument.Load(file).Descendants("packageSources").Elements("add")
                .FirstOrDefault(source => (string?)source.Attribute("value") is { Length: > 0 } value && (error.Contains(value, StringComparison.Ordinal)
                    || error.Contains($"'{Path.GetFullPath(value, Path.GetDirectoryName(file)!)}'", StringComparison.Ordinal)));
            if (source is not null)
                return ($"'{(string?)source.Attribute("key")}'", $"It is named in the {Path.GetFileName(file)} of the notebook's folder or one above.");
        }
        return null;
    }

    private string Address(string source)
    {
        var isUri = Uri.TryCreate(source, UriKind.Absolute, out var uri);
        if (isUri && uri!.Scheme == Uri.UriSchemeHttps)
            return source;
        if (source.Length == 0 || source.Contains("://", StringComparison.Ordinal) && !(isUri && uri!.IsFile))
        {
            throw Fault(isUri && uri!.Scheme == Uri.UriSchemeHttp
                ? "NuGet refuses http without a special permission. Use https, or name the source in a nuget.config beside the notebook, with allowInsecureConnections=\"true\"."
                : "expected a URL with https or a folder, as in #i \"nuget: https://HOST/v3/index.json\" or #i \"nuget: ./packages\".");
        }
        var name = source.StartsWith("file:", StringComparison.OrdinalIgnoreCase) && isUri ? uri!.LocalPath : source.Replace('\\', '/');
        if (name == "~" || name.StartsWith("~/", StringComparison.Ordinal))
            name = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + name[1..];
        var path = Path.GetFullPath(name, folder);
        return Directory.Exists(path) ? path
            : throw Fault(File.Exists(path) ? $"{path} is a file. Expected a folder with .nupkg files, or a URL."
            : $"the folder {path} does not exist. Relative paths start from the notebook's folder; a URL starts with https://.");

        ReferenceException Fault(string fault) => new($"#i \"nuget: {source}\": {fault}");
    }

    // NuGet takes a nuget.config in these three spellings only.
    private IEnumerable<string> Configurations()
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (new[] { "nuget.config", "NuGet.config", "NuGet.Config" }.Select(name => Path.Combine(at.FullName, name)).FirstOrDefault(File.Exists) is { } file)
                yield return file;
        }
    }
}
