using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;

namespace CourseKit.Kernel.Display;

/// <summary>
/// Formats types that bring their own formatters and know nothing about this engine. An attribute named <c>TypeFormatterSourceAttribute</c>
/// on the type, on a base type or on an interface names a source. The source's <c>CreateTypeFormatters()</c> gives objects with
/// <c>MimeType</c> and <c>Format(object, TextWriter)</c>. Everything is found by name, so that a library needs no reference to any notebook
/// kernel. A library may also register a source for a type of another library. That source then replaces the one in the type's attribute.
/// </summary>
internal static class ConventionFormatter
{
    /// <summary>The mime type of a short text for a value. Cells of tables and items of sequences use it, because they have little space.</summary>
    private const string SummaryType = "text/plain+summary";

    private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<Entry>> ByType = new();
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<Entry>> Registered = new();

    private sealed record Entry(string MimeType, object Formatter, MethodInfo Format);

    /// <summary>
    /// Registers a source of formatters for a type. It replaces the source in the type's attribute. Derived types use it too, unless they have
    /// their own source.
    /// </summary>
    /// <exception cref="MissingMemberException">The source or one of its formatters lacks a member of the convention.</exception>
    public static void Register(Type type, object source)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(source);
        Registered[type] = Entries(source);
        ByType.Clear();
    }

    /// <summary>A short text for the value; null if the type has no formatter for short texts.</summary>
    public static string? Summary(object value) =>
        Formatters(value).FirstOrDefault(entry => entry.MimeType == SummaryType) is { } summary ? Write(summary, value) : null;

    /// <summary>The representations from the type's own formatters; null if the type has no formatters, or if all of them refuse the value.</summary>
    public static MimeBundle? Format(object? value)
    {
        if (value is null || Formatters(value) is not { Count: > 0 } formatters)
            return null;
        var bundle = new MimeBundle();
        foreach (var entry in formatters.Where(entry => entry.MimeType != SummaryType).OrderBy(entry => entry.MimeType == "text/plain"))
        {
            if (Write(entry, value) is { } text)
                bundle.Add(entry.MimeType, Formatter.Content(entry.MimeType, text));
        }
        if (!bundle.Any())
            return null;
        if (bundle["text/plain"] is null)
            bundle.Add("text/plain", PlainText.Of(value));
        return bundle;
    }

    private static IReadOnlyList<Entry> Formatters(object value) => ByType.GetOrAdd(value.GetType(), Find);

    private static string? Write(Entry entry, object value)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        return entry.Format.Invoke(entry.Formatter, BindingFlags.DoNotWrapExceptions, null, [value, writer], null) is true ? writer.ToString() : null;
    }

    private static IReadOnlyList<Entry> Find(Type type)
    {
        for (var candidate = type; candidate is not null; candidate = candidate.BaseType)
        {
            if (Read(candidate) is { } own)
                return own;
        }
        return type.GetInterfaces().Select(Read).FirstOrDefault(entries => entries is not null) ?? [];
    }

    private static IReadOnlyList<Entry>? Read(Type type)
    {
        if (Registered.TryGetValue(type, out var registered))
            return registered;
        var attribute = type.GetCustomAttributes(inherit: false).Cast<Attribute>().FirstOrDefault(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        if (attribute is null || InteractiveFormatter.IsOwn(attribute) || Property(attribute, "FormatterSourceType") is not Type sourceType)
            return null;
        var entries = Entries(Activator.CreateInstance(sourceType, nonPublic: true)!);
        return Property(attribute, "PreferredMimeTypes") is string[] { Length: > 0 } preferred
            ? [.. preferred.SelectMany(mimeType => entries.Where(entry => entry.MimeType == mimeType))]
            : entries;
    }

    private static List<Entry> Entries(object source)
    {
        var formatters = source.GetType().GetMethod("CreateTypeFormatters", Members)?.Invoke(source, BindingFlags.DoNotWrapExceptions, null, null, null) as IEnumerable
            ?? throw new MissingMethodException($"{source.GetType()}: expected of a source of formatters a method CreateTypeFormatters() that gives a sequence.");
        return [.. formatters.Cast<object>().Select(formatter => new Entry(
            Property(formatter, "MimeType") as string ?? throw new MissingMemberException($"{formatter.GetType()}: expected a property MimeType with a text."),
            formatter,
            formatter.GetType().GetMethod("Format", Members, [typeof(object), typeof(TextWriter)])
                ?? throw new MissingMethodException($"{formatter.GetType()}: expected a method bool Format(object, TextWriter).")))];
    }

    private static object? Property(object instance, string name) => instance.GetType().GetProperty(name, Members)?.GetValue(instance);
}
