using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;

namespace CourseKit.Kernel.Display;

/// <summary>
/// Types that render themselves without knowing this engine: an attribute named <c>TypeFormatterSourceAttribute</c> on the type, a base type
/// or an interface names a source, whose <c>CreateTypeFormatters()</c> gives objects with <c>MimeType</c> and <c>Format(object, TextWriter)</c>.
/// All is found by name, so that a library needs no reference to any notebook kernel.
/// </summary>
internal static class ConventionFormatter
{
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<Entry>> ByType = new();

    private sealed record Entry(string MimeType, object Formatter, MethodInfo Format);

    /// <summary>What the type's own formatters give; null where it has none, or none of them takes the value.</summary>
    public static MimeBundle? Format(object? value)
    {
        if (value is null || ByType.GetOrAdd(value.GetType(), Find) is not { Count: > 0 } formatters)
            return null;
        var bundle = new MimeBundle();
        foreach (var (mimeType, formatter, format) in formatters.OrderBy(entry => entry.MimeType == "text/plain"))
        {
            using var writer = new StringWriter(CultureInfo.InvariantCulture);
            if (format.Invoke(formatter, BindingFlags.DoNotWrapExceptions, null, [value, writer], null) is true)
                bundle.Add(mimeType, Formatter.Content(mimeType, writer.ToString()));
        }
        if (!bundle.Any())
            return null;
        if (bundle["text/plain"] is null)
            bundle.Add("text/plain", PlainText.Of(value));
        return bundle;
    }

    private static List<Entry> Find(Type type)
    {
        for (var candidate = type; candidate is not null; candidate = candidate.BaseType)
        {
            if (Read(candidate) is { } own)
                return own;
        }
        return type.GetInterfaces().Select(Read).FirstOrDefault(entries => entries is not null) ?? [];
    }

    private static List<Entry>? Read(Type type)
    {
        var attribute = type.GetCustomAttributes(inherit: false).FirstOrDefault(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        if (attribute is null || Property(attribute, "FormatterSourceType") is not Type sourceType)
            return null;
        var source = Activator.CreateInstance(sourceType, nonPublic: true)!;
        var formatters = sourceType.GetMethod("CreateTypeFormatters", Members)?.Invoke(source, BindingFlags.DoNotWrapExceptions, null, null, null) as IEnumerable
            ?? throw new MissingMethodException($"{sourceType}: named by the TypeFormatterSourceAttribute of {type}; expected a method CreateTypeFormatters() that gives a sequence.");
        var entries = formatters.Cast<object>().Select(formatter => new Entry(
            Property(formatter, "MimeType") as string ?? throw new MissingMemberException($"{formatter.GetType()}: expected a property MimeType with a text."),
            formatter,
            formatter.GetType().GetMethod("Format", Members, [typeof(object), typeof(TextWriter)])
                ?? throw new MissingMethodException($"{formatter.GetType()}: expected a method bool Format(object, TextWriter)."))).ToList();
        return Property(attribute, "PreferredMimeTypes") is string[] { Length: > 0 } preferred
            ? [.. preferred.SelectMany(mimeType => entries.Where(entry => entry.MimeType == mimeType))]
            : entries;
    }

    private static object? Property(object instance, string name) => instance.GetType().GetProperty(name, Members)?.GetValue(instance);
}
