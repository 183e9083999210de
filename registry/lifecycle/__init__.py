"""What happens to what is listed: quarantine, advisories and recalls, handing over, retirement."""
