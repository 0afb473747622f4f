using System.Globalization;
using static System.FormattableString;

namespace CourseKit.Kernel.Grading;

/// <summary>Reads when something was handed in, and says how late that is.</summary>
public static class HandInTime
{
    /// <summary>Reads a date of ISO 8601. A date alone means the end of that day; a time without an offset is one of this machine's zone.</summary>
    /// <returns>Null if the text is no such date.</returns>
    public static DateTimeOffset? OfDue(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeZoneInfo.Local.GetUtcOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue)));
        string[] formats = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK"];
        return DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time) ? time : null;
    }

    /// <summary>"no", or how much later than <paramref name="due"/>, such as "2 h 5 min" or "1 d 3 h 0 min". Seconds are rounded up.</summary>
    public static string Late(DateTimeOffset time, DateTimeOffset due)
    {
        if (time <= due)
            return "no";
        var late = TimeSpan.FromMinutes(Math.Ceiling((time - due).TotalMinutes));
        return late.Days > 0 ? Invariant($"{late.Days} d {late.Hours} h {late.Minutes} min") : late.Hours > 0 ? Invariant($"{late.Hours} h {late.Minutes} min") : Invariant($"{late.Minutes} min");
    }

    /// <summary>Reads nbgrader's timestamp.txt: <c>2026-11-30 23:59:00.123456 UTC</c>. As in nbgrader, a time without a zone is one of UTC.</summary>
    internal static DateTimeOffset? OfTimestamp(string text)
    {
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time;
        var zone = text.LastIndexOf(' ');
        if (zone < 0 || !DateTime.TryParse(text[..zone], CultureInfo.InvariantCulture, out var local))
            return null;
        if (text[(zone + 1)..] == "UTC")
            return new(local, TimeSpan.Zero);
        return TimeZoneInfo.TryFindSystemTimeZoneById(text[(zone + 1)..], out var found) ? new(local, found.GetUtcOffset(local)) : null;
    }

    /// <summary>Reads a time of Moodle's worksheet in English: <c>Monday, 30 November 2026, 11:59 PM</c>, in this machine's zone.</summary>
    internal static DateTimeOffset? OfWorksheet(string text) =>
        DateTimeOffset.TryParseExact(text, ["dddd, d MMMM yyyy, h:mm tt", "d MMMM yyyy, h:mm tt"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time) ? time : null;
}
